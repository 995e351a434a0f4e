import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyHasher } from './auth/key-hasher.js';
import { startTestApi, type TestApi } from './testing/start-test-api.js';
import { waitUntil } from './testing/wait-until.js';

const PEPPER = 'a pepper of the test, long enough';
const ADA = 'sk-of-ada-0123456789abcdef';
const BOB = 'sk-of-bob-0123456789abcdef';
const QUESTION = { model: 'test-chat', messages: [{ role: 'user', content: 'hi' }] };

/** B26, B28 and B32 of the list of defects of EMD's router; the others have their tests in test/e2e. */
describe("What EMD's router lacks around keys, records and addresses", () => {
  let folder: string;
  let keysFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-users-'));
    keysFile = join(folder, 'keys.json');
    const hasher = new KeyHasher(PEPPER);
    const entry = (id: string, key: string, grants: object): object => ({
      id,
      hash: hasher.hash(key).toString('hex'),
      tenant: 'acme',
      createdAt: '2026-01-01T00:00:00Z',
      ...grants,
    });
    const keys = [
      entry('key_ada', ADA, { models: ['test-chat/dev'] }),
      entry('key_bob', BOB, { models: ['other-chat/dev'], limits: { requestsPerMinute: 2 } }),
    ];
    await writeFile(keysFile, JSON.stringify(keys));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const start = (environment: Record<string, string> = {}): Promise<TestApi> =>
    startTestApi({
      models: [
        { id: 'test-chat/dev', type: 'chat' },
        { id: 'other-chat/dev', type: 'chat' },
      ],
      environment: { SLUICE_KEYS_FILE: keysFile, SLUICE_KEY_PEPPER: PEPPER, ...environment },
    });
  const ask = (api: TestApi, key: string, model = 'test-chat', headers: Record<string, string> = {}) =>
    api.post(
      '/v1/chat/completions',
      { ...QUESTION, model },
      { headers: { authorization: `Bearer ${key}`, ...headers } },
    );
  const lineOf = async (api: TestApi, answer: Response): Promise<Record<string, unknown>> => {
    const id = answer.headers.get('x-request-id');
    const find = (): Record<string, unknown> | undefined => api.logLines.find(({ requestId }) => requestId === id);
    await waitUntil(() => find() !== undefined, 'the call is logged');
    return find() ?? {};
  };

  it('B26: each user has a key of their own, for their models and within their limits', async () => {
    await using api = await start();

    expect((await ask(api, ADA)).status).toBe(200);
    expect((await ask(api, ADA, 'other-chat')).status).toBe(404);
    expect((await ask(api, BOB)).status).toBe(404);
    expect((await ask(api, BOB, 'other-chat')).status).toBe(200);
    const refused = await ask(api, BOB, 'other-chat');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(api, ADA)).status).toBe(200);
  });

  it('B26: whoever reads what is stored cannot call with it', async () => {
    await using api = await start();
    const stored = JSON.parse(await readFile(keysFile, 'utf8')) as { hash: string }[];

    for (const { hash } of stored) expect((await ask(api, hash)).status).toBe(401);
    expect(JSON.stringify(stored)).not.toContain(ADA);
  });

  it('B26: the log tells whose key made which call, and not the key', async () => {
    await using api = await start();
    const line = await lineOf(api, await ask(api, ADA));

    expect(line).toMatchObject({ tenant: 'acme', keyId: 'key_ada', model: 'test-chat', status: 200 });
    expect(JSON.stringify(api.logLines)).not.toContain(ADA);
  });

  it('B28: a call leaves an id, its time, size and tokens in the log, and the same in the metrics', async () => {
    await using api = await start();
    const answer = await ask(api, ADA);
    const { length } = await answer.text();
    const line = await lineOf(api, answer);
    const metrics = await (await api.get('/metrics')).text();

    expect(line).toMatchObject({
      route: '/chat/completions',
      bytes: length,
      durationMs: expect.any(Number) as number,
      promptTokens: 3,
      completionTokens: 2,
    });
    expect(metrics).toContain('sluice_http_requests_total{method="POST",route="/chat/completions",status="200"} 1');
    expect(metrics).toContain('sluice_tokens_total{model="test-chat",kind="prompt"} 3');
    expect(metrics).toContain('sluice_tokens_total{model="test-chat",kind="completion"} 2');
  });

  it('B28: a body above the limit is refused before it is read, and counted', async () => {
    await using api = await start({ SLUICE_MAX_JSON_BYTES: '2048' });
    const answer = await api.post('/v1/chat/completions', { ...QUESTION, user: 'x'.repeat(4096) });

    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('2048') as string } });
    expect(await lineOf(api, answer)).toMatchObject({ status: 413 });
  });

  it('B32: an address that a caller claims is believed of no one but the proxies that are named', async () => {
    const claimed = { 'x-forwarded-for': '203.0.113.77' };
    await using open = await start();
    await using behind = await start({ SLUICE_TRUSTED_PROXIES: 'loopback' });
    await using elsewhere = await start({ SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' });

    for (const [api, ip] of [
      [open, '127.0.0.1'],
      [behind, '203.0.113.77'],
      [elsewhere, '127.0.0.1'],
    ] as const)
      expect(await lineOf(api, await ask(api, ADA, 'test-chat', claimed))).toMatchObject({ ip });
  });

  it('B32: of a chain of addresses the one that the proxy saw counts, and not what its caller wrote', async () => {
    await using api = await start({ SLUICE_TRUSTED_PROXIES: 'loopback' });
    const answer = await ask(api, ADA, 'test-chat', { 'x-forwarded-for': '127.0.0.1, 198.51.100.9, 203.0.113.77' });

    expect(await lineOf(api, answer)).toMatchObject({ ip: '203.0.113.77' });
  });

  it('B32: claiming to be this machine opens nothing that is for this machine alone', async () => {
    await using api = await start({ SLUICE_TRUSTED_PROXIES: 'loopback' });
    const answer = await fetch(`${api.url}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } });

    expect(answer.status).toBe(401);
  });
});
