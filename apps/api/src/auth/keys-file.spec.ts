import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, createLogger } from '#platform';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';
import { KeyHasher } from './key-hasher.js';
import { KeyRing } from './key-ring.js';
import { KeysFile } from './keys-file.js';

const PEPPER = 'pepper-for-these-tests';

function entry(key: string, tenant: string, more: object = {}): object {
  const hash = createHmac('sha256', PEPPER).update(key).digest('hex');
  return { id: `key-${key}`, hash, tenant, createdAt: '2026-01-01T00:00:00Z', ...more };
}

describe('a keys file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
    path = join(folder, 'keys.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (): Promise<TestApi> =>
    startTestApi({
      environment: {
        SLUICE_API_KEY: '',
        SLUICE_KEYS_FILE: path,
        SLUICE_KEY_PEPPER: PEPPER,
        SLUICE_KEYS_RELOAD_MS: '100',
      },
    });
  const status = async (api: TestApi, key: string): Promise<number> => {
    const response = await api.get('/v1/files', { headers: { authorization: `Bearer ${key}` } });
    await response.arrayBuffer();
    return response.status;
  };

  it('gives each key its tenant, and one tenant never sees the other', async () => {
    await writeFile(path, JSON.stringify([entry('sk-a', 'alpha'), entry('sk-b', 'beta')]));
    await using api = await start();
    const create = { input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h' };
    const created = await api.post('/v1/batches', create, { headers: { authorization: 'Bearer sk-a' } });
    const { id } = (await created.json()) as { id: string };
    expect(api.batches.created[0]?.caller).toEqual({ tenant: 'alpha', keyId: 'key-sk-a' });
    const own = await api.get(`/v1/batches/${id}`, { headers: { authorization: 'Bearer sk-a' } });
    const foreign = await api.get(`/v1/batches/${id}`, { headers: { authorization: 'Bearer sk-b' } });
    expect([own.status, foreign.status]).toEqual([200, 404]);
  });

  it('keeps jobs and all that can be asked of them to their tenant', async () => {
    await writeFile(path, JSON.stringify([entry('sk-a', 'alpha'), entry('sk-b', 'beta')]));
    await using api = await start();
    const as = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });
    const create = { type: 'embeddings', model: 'm', input_file_id: 'file-1' };
    const { id } = (await (await api.post('/v1/jobs', create, as('sk-a'))).json()) as { id: string };
    for (const [method, path, own] of [
      ['GET', `/v1/jobs/${id}`, 200],
      ['GET', `/jobs/${id}/results`, 200],
      ['POST', `/v1/jobs/${id}/retry`, 202],
      ['POST', `/jobs/${id}/cancel`, 200],
    ] as const) {
      const foreign = await api.get(path, { method, ...as('sk-b') });
      expect([path, foreign.status, (await api.get(path, { method, ...as('sk-a') })).status]).toEqual([path, 404, own]);
    }
    const listed = (await (await api.get('/v1/jobs', as('sk-b'))).json()) as { data: unknown[] };
    expect(listed.data).toEqual([]);
  });

  it('is read again: new keys work, revoked and removed ones stop', async () => {
    await writeFile(path, JSON.stringify([entry('sk-a', 'alpha'), entry('sk-b', 'beta')]));
    await using api = await start();
    expect(await status(api, 'sk-a')).toBe(200);
    expect(await status(api, 'sk-c')).toBe(401);
    await writeFile(
      path,
      JSON.stringify([entry('sk-a', 'alpha', { revokedAt: '2026-01-02T00:00:00Z' }), entry('sk-c', 'gamma')]),
    );
    await waitUntil(async () => (await status(api, 'sk-c')) === 200, 'the new key works');
    expect([await status(api, 'sk-a'), await status(api, 'sk-b')]).toEqual([401, 401]);
  });

  it('that breaks or vanishes leaves the last good keys in place', async () => {
    await writeFile(path, JSON.stringify([entry('sk-a', 'alpha')]));
    const ring = new KeyRing({ hasher: new KeyHasher(PEPPER), apiKey: undefined, staleAfterMs: 3_600_000 });
    const logger = createLogger({ name: 'test', level: 'silent' });
    const file = new KeysFile({ path, reloadMs: 10_000, ring, logger });
    await file.open();
    await writeFile(path, '[{"broken"');
    await file.reload();
    expect(ring.find('sk-a')).toBeDefined();
    await rm(path);
    await file.reload();
    expect(ring.find('sk-a')).toBeDefined();
    await writeFile(path, JSON.stringify([entry('sk-z', 'zeta')]));
    await file.reload();
    expect([ring.find('sk-a'), ring.find('sk-z')?.tenant]).toEqual([undefined, 'zeta']);
    file.close();
  });

  it('that is missing, broken or empty keeps the api from starting', async () => {
    await expect(start()).rejects.toThrow(ConfigurationError);
    await writeFile(path, 'nonsense');
    await expect(start()).rejects.toThrow(/SLUICE_KEYS_FILE/);
    await writeFile(path, '[]');
    await expect(start()).rejects.toThrow(/There is no API key/);
  });

  it('needs its pepper, and without any source of keys nothing starts', async () => {
    const unpeppered = { SLUICE_API_KEY: '', SLUICE_KEYS_FILE: path };
    await expect(startTestApi({ environment: unpeppered })).rejects.toThrow(/SLUICE_KEY_PEPPER/);
    await expect(startTestApi({ environment: { SLUICE_API_KEY: '' } })).rejects.toThrow(/SLUICE_API_KEY/);
  });
});
