import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi } from '../../testing/start-test-api.js';
import { waitUntil } from '../../testing/wait-until.js';
import { KeyHasher } from '../key-hasher.js';
import { KeyRing } from '../key-ring.js';
import { parseKeysFile } from '../parse-keys-file.js';
import { KeysCommandError } from './keys-command-error.js';
import { runKeysCommand } from './run-keys-command.js';

const PEPPER = 'pepper-for-these-tests';

describe('npm run keys', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-keys-command-'));
    path = join(folder, 'keys.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const environment = (): Record<string, string> => ({ SLUICE_HOME: folder, SLUICE_KEY_PEPPER: PEPPER });
  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await runKeysCommand(args, environment(), (line) => lines.push(line));
    return lines.join('\n');
  };
  const create = async (...args: string[]): Promise<{ id: string; key: string }> => {
    const output = await run('create', ...args);
    return { id: /key_\w+/.exec(output)?.[0] ?? '', key: /sk-sluice-[\w-]{32}/.exec(output)?.[0] ?? '' };
  };
  const openRing = async (): Promise<KeyRing> => {
    const ring = new KeyRing({ hasher: new KeyHasher(PEPPER), apiKey: undefined, staleAfterMs: 3_600_000 });
    ring.replace(parseKeysFile(await readFile(path, 'utf8')));
    return ring;
  };

  it('creates a key that the ring knows, and keeps nothing that could be used as one', async () => {
    const { id, key } = await create('--tenant', 'acme', '--name', 'CI');
    expect((await openRing()).find(key)).toMatchObject({ tenant: 'acme', keyId: id });
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(key);
    expect(text).not.toContain(key.slice(10));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('gives a key its scopes, limits and end', async () => {
    const options = ['--models', 'bge-m3/dev, Qwen*', '--routes', 'realtime', '--expires', '30d'];
    await create(
      ...options,
      '--requests-per-minute',
      '60',
      '--tokens-per-minute',
      '1000',
      '--concurrent-requests',
      '2',
    );
    const [record] = parseKeysFile(await readFile(path, 'utf8'));
    expect(record).toMatchObject({
      tenant: 'default',
      models: ['bge-m3/dev', 'Qwen*'],
      routes: ['realtime'],
      limits: { requestsPerMinute: 60, tokensPerMinute: 1000, concurrentRequests: 2 },
    });
    expect(record?.expiresAtMs).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  });

  it('lists keys without their hashes', async () => {
    expect(await run('list')).toMatch(/no keys yet/);
    const { id } = await create('--name', 'CI', '--requests-per-minute', '60');
    const [record] = parseKeysFile(await readFile(path, 'utf8'));
    for (const output of [await run('list'), await run('list', '--json')]) {
      expect(output).toContain(id);
      expect(output).not.toContain(record?.hash);
    }
    expect(await run('list')).toMatch(/works.*60 requests\/min/);
  });

  it('rotates a key: the same tenant and scopes, another key, and the old one ends', async () => {
    const old = await create('--tenant', 'acme', '--models', 'bge-m3/dev');
    const output = await run('rotate', old.id);
    const key = /sk-sluice-[\w-]{32}/.exec(output)?.[0] ?? '';
    const ring = await openRing();
    expect(ring.find(key)).toMatchObject({ tenant: 'acme', models: expect.anything() });
    expect(ring.find(old.key)).toBeUndefined();
    await expect(run('rotate', old.id)).rejects.toThrow(/has been revoked/);
  });

  it('records which key took the place of a rotated one, and nothing of the kind for a revoked one', async () => {
    const [rotated, revoked] = [await create(), await create()];
    const successor = /key_\w+/.exec(await run('rotate', rotated.id))?.[0];
    await run('revoke', revoked.id);
    const records = new Map(parseKeysFile(await readFile(path, 'utf8')).map((record) => [record.id, record]));
    expect(records.get(rotated.id)).toMatchObject({ replacedBy: successor });
    expect(records.get(revoked.id)?.replacedBy).toBeUndefined();
  });

  it('lets the old key work for as long as it is told to', async () => {
    const old = await create();
    await run('rotate', old.id, '--grace', '1h');
    expect((await openRing()).find(old.key)).toBeDefined();
    expect(await run('list')).toMatch(/until 20/);
    await run('revoke', old.id);
    expect((await openRing()).find(old.key)).toBeUndefined();
  });

  it('loses no key when several are made at once, also after one that died while it held the lock', async () => {
    // No process has this number: it is above what Linux and macOS hand out.
    await writeFile(`${path}.lock`, '4194999');
    const made = await Promise.all(Array.from({ length: 8 }, () => create()));
    const ring = await openRing();
    for (const { key } of made) expect(ring.find(key)).toBeDefined();
  });

  it('is what a running api follows', async () => {
    const settings = { SLUICE_KEYS_RELOAD_MS: '100', SLUICE_API_KEY: '' };
    const { key, id } = await create();
    await using api = await startTestApi({ environment: { ...environment(), ...settings, SLUICE_KEYS_FILE: path } });
    const status = async (candidate: string): Promise<number> => {
      const response = await api.get('/v1/files', { headers: { authorization: `Bearer ${candidate}` } });
      await response.arrayBuffer();
      return response.status;
    };
    expect(await status(key)).toBe(200);
    const second = await create();
    await waitUntil(async () => (await status(second.key)) === 200, 'the second key works');
    await run('revoke', id);
    await waitUntil(async () => (await status(key)) === 401, 'the first key is refused');
  });

  it('says what is wrong with a command', async () => {
    const rows: [string[], RegExp][] = [
      [[], /npm run keys --/],
      [['destroy'], /npm run keys --/],
      [['create', '--tenant', '../other'], /--tenant must match/],
      [['create', '--routes', 'everything'], /--routes must be/],
      [['create', '--requests-per-minute', 'many'], /--requests-per-minute must be/],
      [['create', '--expires', 'yesterday'], /--expires/],
      [['create', '--expires', '2020-01-01'], /--expires/],
      [['create', '--unknown'], /--unknown/],
      [['revoke'], /Which key/],
      [['revoke', 'key_none'], /There is no key 'key_none'/],
    ];
    for (const [args, message] of rows) {
      await expect(run(...args)).rejects.toThrow(message);
      await expect(run(...args)).rejects.toThrow(KeysCommandError);
    }
    await expect(runKeysCommand(['create'], { SLUICE_HOME: folder }, () => undefined)).rejects.toThrow(
      /SLUICE_KEY_PEPPER is not set/,
    );
  });
});
