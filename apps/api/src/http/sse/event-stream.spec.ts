import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { Deferred } from '../../testing/deferred.js';
import { chatFrame, ScriptedChat, untilAborted } from '../../testing/scripted-use-cases.js';
import { API_KEY, startTestApi } from '../../testing/start-test-api.js';
import { waitUntil } from '../../testing/wait-until.js';

const CHAT = '/v1/chat/completions';
const STREAM = { model: 'test-chat', stream: true, messages: [{ role: 'user', content: 'hi' }] };

async function readAll(response: Response): Promise<string> {
  return response.text();
}

describe('a streamed answer', () => {
  it('is the frames of the use case, byte for byte, under the headers that proxies need', async () => {
    await using api = await startTestApi();
    const response = await api.post(CHAT, STREAM);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    const text = await readAll(response);
    expect(text.startsWith(chatFrame('test-chat', { role: 'assistant', content: '' }).toString())).toBe(true);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('sends each frame as soon as it is there', async () => {
    const gate = new Deferred();
    const chat = new ScriptedChat({
      async *frames() {
        yield Buffer.from('data: 1\n\n');
        await gate.promise;
        yield Buffer.from('data: [DONE]\n\n');
      },
    });
    await using api = await startTestApi({ chat });
    const response = await api.post(CHAT, STREAM);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: 1\n\n');
    gate.resolve();
    const second = await reader?.read();
    expect(Buffer.from(second?.value ?? []).toString()).toBe('data: [DONE]\n\n');
  });

  it('sends its head though no frame has come yet', async () => {
    const gate = new Deferred();
    const chat = new ScriptedChat({
      async *frames() {
        await gate.promise;
        yield Buffer.from('data: [DONE]\n\n');
      },
    });
    await using api = await startTestApi({ chat });
    const response = await api.post(CHAT, STREAM);
    expect(response.status).toBe(200);
    gate.resolve();
    expect(await readAll(response)).toBe('data: [DONE]\n\n');
  });

  it('ends with one error event and no [DONE] when it breaks midway', async () => {
    const chat = new ScriptedChat({
      async *frames({ model }) {
        yield chatFrame(model, { content: 'Hel' });
        await Promise.reject(new GatewayError('upstream_error', 'The model server broke.'));
      },
    });
    await using api = await startTestApi({ chat });
    const text = await readAll(await api.post(CHAT, STREAM));
    const events = text.split('\n\n').filter((event) => event !== '');
    expect(events).toHaveLength(2);
    expect(JSON.parse(events[1]?.slice('data: '.length) ?? '')).toEqual({
      error: { message: 'The model server broke.', type: 'server_error', param: null, code: 'upstream_error' },
    });
    expect(text).not.toContain('[DONE]');
    await waitUntil(() => api.logLines.length > 0, 'the request is logged');
    expect(api.logLines.at(-1)).toMatchObject({ status: 200, failure: 'upstream_error' });
  });

  it('hides what an unforeseen failure says', async () => {
    const chat = new ScriptedChat({
      async *frames({ model }) {
        yield chatFrame(model, { content: 'Hel' });
        await Promise.reject(new Error('secret detail'));
      },
    });
    await using api = await startTestApi({ chat });
    const text = await readAll(await api.post(CHAT, STREAM));
    expect(text).toContain('"code":"internal_error"');
    expect(text).not.toContain('secret');
  });

  it('is a plain HTTP error when it fails before its first event', async () => {
    const chat = new ScriptedChat();
    chat.stream = () =>
      Promise.reject(new GatewayError('upstream_throttled', 'Too many requests.', { retryAfterSeconds: 7 }));
    await using api = await startTestApi({ chat });
    const response = await api.post(CHAT, STREAM);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('aborts the call as soon as the client leaves', async () => {
    const aborted = new Deferred<unknown>();
    const ended = new Deferred();
    const chat = new ScriptedChat({
      async *frames({ model, signal }) {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true });
        try {
          yield chatFrame(model, { content: 'Hel' });
          await untilAborted(signal);
        } finally {
          ended.resolve();
        }
      },
    });
    await using api = await startTestApi({ chat });
    const client = new AbortController();
    const response = await api.post(CHAT, STREAM, { signal: client.signal });
    await response.body?.getReader().read();
    client.abort();
    expect(GatewayError.is(await aborted.promise, 'client_closed_request')).toBe(true);
    await ended.promise;
    await waitUntil(() => api.logLines.length > 0, 'the request is logged');
    expect(api.logLines.at(-1)).toMatchObject({ status: 499, model: 'test-chat' });
    const metrics = await (await api.get('/metrics')).text();
    expect(metrics).toContain('sluice_streams_total{outcome="client_gone"} 1');
    expect(metrics).toContain('sluice_streams_open 0');
  });

  it('goes no faster than its reader, and ends the call of one that stops reading', async () => {
    const ended = new Deferred<number>();
    const frame = Buffer.from(`data: ${'x'.repeat(65_536)}\n\n`);
    const chat = new ScriptedChat({
      async *frames() {
        let sent = 0;
        try {
          for (; sent < 10_000; sent++) yield await Promise.resolve(frame);
        } finally {
          ended.resolve(sent);
        }
      },
    });
    await using api = await startTestApi({ chat, environment: { SLUICE_SLOW_READER_TIMEOUT_MS: '200' } });
    const body = JSON.stringify(STREAM);
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => socket.destroy());
    socket.write(
      `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const sent = await ended.promise;
    socket.destroy();
    // What the two sockets' buffers hold, far from the 640 MB that were on offer.
    expect(sent).toBeLessThan(1000);
  });
});

describe('a whole answer', () => {
  it('aborts the call as soon as the client leaves', async () => {
    const aborted = new Deferred<unknown>();
    const chat = new ScriptedChat({
      create: ({ signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason), { once: true });
        return untilAborted(signal);
      },
    });
    await using api = await startTestApi({ chat });
    const client = new AbortController();
    const pending = api
      .post(CHAT, { ...STREAM, stream: false }, { signal: client.signal })
      .catch((error: unknown) => error);
    await waitUntil(() => chat.calls.length === 1, 'the call has begun');
    client.abort();
    expect(GatewayError.is(await aborted.promise, 'client_closed_request')).toBe(true);
    expect(await pending).toBeInstanceOf(Error);
    await waitUntil(() => api.logLines.length > 0, 'the request is logged');
    expect(api.logLines.at(-1)).toMatchObject({ status: 499, failure: 'client_closed_request' });
  });

  it('is the bytes of the use case and its signal never fires', async () => {
    const bytes = Buffer.from('{"seed":9007199254740993,  "x":1.0}');
    const chat = new ScriptedChat({ create: () => ({ body: bytes, usage: undefined }) });
    await using api = await startTestApi({ chat });
    const body = '{"model":"test-chat","seed":9007199254740993,"temperature":1.0}';
    const response = await api.post(CHAT, body);
    expect(await response.text()).toBe(bytes.toString());
    expect(chat.calls[0]?.body.bytes.toString()).toBe(body);
    await waitUntil(() => api.logLines.length > 0, 'the answer has ended');
    expect(chat.calls[0]?.signal.aborted).toBe(false);
  });
});
