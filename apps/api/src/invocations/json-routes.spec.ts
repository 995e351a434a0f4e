import { describe, expect, it } from 'vitest';
import { ScriptedChat } from '../testing/scripted-use-cases.js';
import { startTestApi } from '../testing/start-test-api.js';

const MESSAGES = [{ role: 'user', content: 'hi' }];

describe('the remaining JSON routes', () => {
  it.each(['/v1/completions', '/completions', '/v1/v1/completions'])('POST %s reaches completions', async (path) => {
    const completions = new ScriptedChat();
    await using api = await startTestApi({ completions });

    const response = await api.post(path, { model: 'test-chat', prompt: 'hi' });

    expect(response.status).toBe(200);
    expect(completions.calls.map(({ model }) => model)).toEqual(['test-chat']);
  });

  it.each(['/v1/invocations', '/invocations'])('POST %s reaches invocations', async (path) => {
    const invocations = new ScriptedChat();
    await using api = await startTestApi({ invocations });

    const response = await api.post(path, {
      model: 'test-chat',
      input: { query: 'hi' },
      parameters: { max_tokens: 3 },
    });

    expect(response.status).toBe(200);
    expect(invocations.calls[0]?.body.value('input')).toEqual({ query: 'hi' });
  });

  it.each([{ stream: true }, { parameters: { stream: true } }])(
    'streams an invocation that says %j',
    async (fields) => {
      const invocations = new ScriptedChat();
      await using api = await startTestApi({ invocations });

      const response = await api.post('/v1/invocations', { model: 'test-chat', input: 'hi', ...fields });

      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
    },
  );

  it('gives bytes under the content type that the use case says they have', async () => {
    const body = Buffer.from([0xff, 0xd8, 0x00]);
    const invocations = new ScriptedChat({
      create: () => ({ body, usage: undefined, contentType: 'application/octet-stream' }),
    });
    await using api = await startTestApi({ invocations });

    const response = await api.post('/v1/invocations', { model: 'test-chat', x: 1 });

    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
  });

  it.each(['/v1/completions', '/v1/invocations'])('POST %s wants a key and a whole body', async (path) => {
    await using api = await startTestApi();

    const keyless = await fetch(`${api.url}${path}`, { method: 'POST', body: '{}' });
    const broken = await api.post(path, '{"model":');

    expect(keyless.status).toBe(401);
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: { type: 'invalid_request_error', param: null } });
  });

  it.each(['/v1/rerank', '/rerank', '/v2/rerank'])('POST %s reaches rerank', async (path) => {
    await using api = await startTestApi();

    const response = await api.post(path, { model: 'test-chat', query: 'q', documents: MESSAGES });

    expect(response.status).toBe(200);
    expect(api.rerank.calls).toHaveLength(1);
  });
});
