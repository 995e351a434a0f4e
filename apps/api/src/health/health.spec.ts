import { describe, expect, it } from 'vitest';
import { Deferred } from '../testing/deferred.js';
import { chatReply, ScriptedChat } from '../testing/scripted-use-cases.js';
import { startTestApi } from '../testing/start-test-api.js';
import { waitUntil } from '../testing/wait-until.js';

const redisDown = { name: 'redis', ok: false, detail: 'Redis does not answer.' } as const;

describe('health', () => {
  it('answers load balancers without a key', async () => {
    await using api = await startTestApi();
    for (const path of ['/', '/health', '/ping', '/live', '/ready'])
      expect((await fetch(`${api.url}${path}`)).status).toBe(200);
  });

  it('is not ready when bulk does not work, and says why, while realtime is', async () => {
    await using api = await startTestApi({ checks: [redisDown] });
    const ready = await fetch(`${api.url}/ready`);
    expect(ready.status).toBe(503);
    const body = (await ready.json()) as { checks: unknown[]; error: { message: string } };
    expect(body.checks).toContainEqual(redisDown);
    expect(body.checks).toContainEqual({ name: 'catalog', ok: true });
    expect(body.error.message).toContain('Redis does not answer.');
    expect((await fetch(`${api.url}/ready?scope=realtime`)).status).toBe(200);
  });

  it('tells monitors the same', async () => {
    await using api = await startTestApi({ checks: [redisDown] });
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('sluice_check_ok{check="redis"} 0');
    expect(text).toContain('sluice_check_ok{check="catalog"} 1');
    expect(text).toContain('sluice_check_ok{check="keys"} 1');
  });

  it('is not ready without models', async () => {
    await using api = await startTestApi({ models: [] });
    expect((await fetch(`${api.url}/ready?scope=realtime`)).status).toBe(503);
  });
});

describe('stopping', () => {
  it('is not ready first, refuses new calls as retryable, lets open ones end, then closes', async () => {
    const gate = new Deferred();
    const chat = new ScriptedChat({ create: ({ model }) => gate.promise.then(() => chatReply(model)) });
    await using api = await startTestApi({ chat, environment: { SLUICE_DRAIN_TIMEOUT_MS: '10000' } });
    const open = api.post('/v1/chat/completions', { model: 'test-chat' });
    await waitUntil(() => chat.calls.length === 1, 'the call is open');
    const closing = api.api.close();
    await waitUntil(async () => (await fetch(`${api.url}/ready`)).status === 503, 'the api is not ready');
    await waitUntil(async () => (await api.get('/v1/files')).status === 503, 'calls are refused');
    const refused = await api.post('/v1/chat/completions', { model: 'test-chat' });
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('connection')]).toEqual([
      503,
      '1',
      'close',
    ]);
    gate.resolve();
    expect((await open).status).toBe(200);
    await closing;
    await expect(fetch(`${api.url}/ready`)).rejects.toThrow('fetch failed');
  });

  it('cuts calls that do not end within the bound', async () => {
    const chat = new ScriptedChat({ create: () => new Deferred<never>().promise });
    await using api = await startTestApi({ chat, environment: { SLUICE_DRAIN_TIMEOUT_MS: '50' } });
    const open = api.post('/v1/chat/completions', { model: 'test-chat' }).catch((error: unknown) => error);
    await waitUntil(() => chat.calls.length === 1, 'the call is open');
    await api.api.close();
    expect(await open).toBeInstanceOf(Error);
    expect(chat.calls[0]?.signal.aborted).toBe(true);
  });

  it('does not wait for idle connections', async () => {
    const api = await startTestApi({ environment: { SLUICE_DRAIN_TIMEOUT_MS: '60000' } });
    await (await api.get('/v1/files')).arrayBuffer();
    await api.api.close();
    await expect(fetch(`${api.url}/ready`)).rejects.toThrow('fetch failed');
  });
});
