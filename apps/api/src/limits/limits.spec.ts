import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectError } from '../testing/expect-error.js';
import { ScriptedChat, untilAborted } from '../testing/scripted-use-cases.js';
import { startTestApi, type TestApi, type TestApiOptions } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

const PEPPER = 'pepper-for-these-tests';
const KEY = 'sk-limited-0123456789';
const CHAT = { model: 'test-chat/dev', messages: [{ role: 'user', content: 'Hello' }] };

describe('limits of a key, without Redis', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-limits-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = async (limits: object, options: TestApiOptions = {}): Promise<TestApi> => {
    const hash = createHmac('sha256', PEPPER).update(KEY).digest('hex');
    const path = join(folder, 'keys.json');
    await writeFile(
      path,
      JSON.stringify([{ id: 'key-1', hash, tenant: 'acme', createdAt: '2026-01-01T00:00:00Z', limits }]),
    );
    // Nothing listens on port 1.
    const redis = { REDIS_URL: 'redis://127.0.0.1:1', SLUICE_LIMITS_SETTLE_MS: '5000' };
    const environment = { SLUICE_KEYS_FILE: path, SLUICE_KEY_PEPPER: PEPPER, ...redis };
    return startTestApi({ ...options, environment });
  };
  const headers = { authorization: `Bearer ${KEY}` };
  const chat = (api: TestApi): Promise<Response> => api.post('/v1/chat/completions', CHAT, { headers });

  it('are told with every answer, and refuse what is above them with a time to wait', async () => {
    await using api = await start({ requestsPerMinute: 2, tokensPerMinute: 1000 });
    const first = await chat(api);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:1m\d(?:\.\d+)?|5\d(?:\.\d+)?)s$/);
    expect(first.headers.get('x-ratelimit-limit-tokens')).toBe('1000');
    expect(Number(first.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(1000);
    expect((await chat(api)).status).toBe(200);
    const refused = await chat(api);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
    await expectError(refused, { status: 429, code: 'rate_limit_exceeded', message: /2 requests per minute/ });
  });

  it('settle tokens by what the model server has counted', async () => {
    await using api = await start({ tokensPerMinute: 1000 });
    await (await chat(api)).arrayBuffer();
    const second = await chat(api);
    const body = JSON.stringify(CHAT);
    const held = Math.ceil(body.length / 4);
    // The first has used 5 tokens; the second still holds what it may need.
    expect(second.headers.get('x-ratelimit-remaining-tokens')).toBe(String(1000 - 5 - held));
  });

  it('are not spent by calls that fail, lists or polls', async () => {
    await using api = await start({ requestsPerMinute: 2, tokensPerMinute: 60 });
    for (let poll = 0; poll < 5; poll++) {
      const files = await api.get('/v1/files', { headers });
      expect(files.status).toBe(200);
      expect(files.headers.get('x-ratelimit-limit-requests')).toBeNull();
    }
    const wrongType = await api.post('/v1/chat/completions', 'x', {
      headers: { ...headers, 'content-type': 'text/a' },
    });
    expect(wrongType.status).toBe(415);
    const broken = await api.post('/v1/chat/completions', '{', { headers });
    expect(broken.status).toBe(400);
    expect((await chat(api)).headers.get('x-ratelimit-remaining-requests')).toBe('0');
  });

  it('do not exist for a key without any', async () => {
    await using api = await start({ requestsPerMinute: 1 });
    for (let call = 0; call < 3; call++) {
      const answer = await api.post('/v1/chat/completions', CHAT);
      expect(answer.status).toBe(200);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    }
  });

  it('bound open calls, and a caller that leaves makes room', async () => {
    const script = new ScriptedChat({ create: ({ signal }) => untilAborted(signal) });
    await using api = await start({ concurrentRequests: 1 }, { chat: script });
    const leaving = new AbortController();
    const open = api.post('/v1/chat/completions', CHAT, { headers, signal: leaving.signal });
    await waitUntil(() => Promise.resolve(script.calls.length === 1), 'the first call is open');
    await expectError(await chat(api), { status: 429, code: 'rate_limit_exceeded', message: /1 may be open/ });
    leaving.abort();
    await expect(open).rejects.toThrow(/abort/i);
    const next = new AbortController();
    await waitUntil(async () => {
      const attempt = fetch(`${api.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(CHAT),
        signal: next.signal,
      }).catch(() => undefined);
      return Promise.race([
        attempt.then(() => false),
        waitUntil(() => Promise.resolve(script.calls.length === 2), 'a second call').then(() => true),
      ]);
    }, 'the place is free again');
    next.abort();
  });

  it('show in the metrics that they are not shared', async () => {
    await using api = await start({ requestsPerMinute: 1 });
    await chat(api);
    await chat(api);
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toMatch(/^sluice_limits_degraded 1$/m);
    expect(text).toMatch(/^sluice_limits_refused_total\{limit="requests"\} 1$/m);
  });
});
