import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_ENDPOINT, CHAT_MODEL, send, sendJson } from './support/clients.js';
import { streamChat } from './support/emd/read-stream.js';

const SSE_MODEL = 'Llama-3.3-70B-Instruct/dev';
const order = (content: string): object[] => [{ role: 'user', content: `Reply with exactly: ${content}` }];
const WEATHER_TOOL = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

describe("What EMD's router gets wrong in streams", () => {
  let system: System;

  beforeAll(async () => {
    const environment = { SLUICE_STREAM_HOLD_MS: '300', SLUICE_STREAM_KEEP_ALIVE_MS: '300' };
    system = await startSystem({ environment });
  });

  afterEach(async () => {
    await system.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
  });

  it.each([
    ['stop', CHAT_MODEL, { messages: order('one two three') }],
    ['length', CHAT_MODEL, { messages: order('one two three'), max_tokens: 2 }],
    [
      'tool_calls',
      CHAT_MODEL,
      { messages: [{ role: 'user', content: 'Weather in Paris?' }], tools: [WEATHER_TOOL], tool_choice: 'required' },
    ],
    ['stop', SSE_MODEL, { messages: order('one two three') }],
  ])('B3: a stream that finishes with %s ends with exactly one [DONE] (%s)', async (reason, model, body) => {
    const { frames, chunks } = await streamChat(system, { ...body, model });
    const reasons = chunks.flatMap(({ choices }) => choices).map((choice) => choice.finish_reason);

    expect(frames.filter((frame) => frame === '[DONE]')).toHaveLength(1);
    expect(frames.at(-1)).toBe('[DONE]');
    expect(reasons.filter((found) => found !== null)).toEqual([reason]);
  });

  it.each([CHAT_MODEL, SSE_MODEL])('B4: usage arrives behind the finish when it is asked for (%s)', async (model) => {
    const messages = order('one two three');
    const { chunks } = await streamChat(system, { model, messages, stream_options: { include_usage: true } });
    const whole = await sendJson(system, '/v1/chat/completions', { model, messages });

    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: (whole.body as unknown as { usage: { total_tokens: number } }).usage,
    });
  });

  it.each([CHAT_MODEL, SSE_MODEL])('B5: every choice of n is streamed to its own end (%s)', async (model) => {
    const question = { model, n: 3, messages: [{ role: 'user', content: 'Tell me something about nothing' }] };
    const whole = await sendJson(system, '/v1/chat/completions', question);
    const streamed = await streamChat(system, question);
    const texts = (whole.body as unknown as { choices: { message: { content: string } }[] }).choices.map(
      ({ message }) => message.content,
    );

    expect(new Set(texts.map(({ length }) => length)).size, 'choices of different lengths').toBe(3);
    expect([0, 1, 2].map((index) => streamed.text(index))).toEqual(texts);
    const finished = streamed.chunks
      .flatMap(({ choices }) => choices)
      .filter((choice) => choice.finish_reason !== null);
    expect(finished).toHaveLength(3);
    expect(new Set(finished.map(({ index }) => index))).toEqual(new Set([0, 1, 2]));
  });

  it('B6: an exception in the middle of a stream is an error for the caller, without [DONE]', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'stream-error', afterParts: 3 });
    const answer = await sendJson(system, '/v1/chat/completions', {
      model: CHAT_MODEL,
      stream: true,
      messages: order('one two three four five six'),
    });

    expect(answer.text).toContain('"error"');
    expect(answer.text).not.toContain('[DONE]');
  });

  it('B7: a container that speaks server-sent events by itself is understood', async () => {
    const text = 'one two three — ünïcødé ✓';

    expect((await streamChat(system, { model: SSE_MODEL, messages: order(text) })).text()).toBe(text);
  });

  it('B8: a stream that fails before its first token has the status and the shape of an error', async () => {
    const message = '{"object":"error","message":"a \\"quoted\\"\\nreason","type":"BadRequestError","code":400}';
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'error', status: 400, message });
    const answer = await sendJson(system, '/v1/chat/completions', {
      model: CHAT_MODEL,
      stream: true,
      messages: order('x'),
    });

    expect(answer.status, answer.text).toBe(400);
    expect(answer.body.error).toMatchObject({ type: 'invalid_request_error', message: 'a "quoted"\nreason' });
  });

  it('B23: a model that thinks for long does not let the connection fall silent', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 2000 });
    const streamed = await streamChat(system, { model: CHAT_MODEL, messages: order('at last') });
    const first = streamed.chunks.findIndex(({ choices }) => (choices[0]?.delta.content ?? '') !== '');

    expect(first, JSON.stringify(streamed.chunks.slice(0, 6))).toBeGreaterThanOrEqual(2);
    expect(streamed.chunks.slice(0, first).every(({ choices }) => choices.length === 1)).toBe(true);
    expect(streamed.text()).toBe('at last');
  });

  it('B29: callers who leave stop their models, and the gateway goes on', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'stall', afterParts: 2 });
    const since = (await system.witness()).length;
    const leaving = new AbortController();
    const body = JSON.stringify({ model: CHAT_MODEL, stream: true, messages: order('one two three four') });
    const headers = { 'content-type': 'application/json' };
    const asked = Array.from({ length: 20 }, () =>
      send(system, '/v1/chat/completions', { method: 'POST', headers, body, signal: leaving.signal }).catch(
        (error: unknown) => error,
      ),
    );
    await system.witnessed((calls) => calls.length >= since + 20);
    leaving.abort();
    await Promise.all(asked);
    await system.witnessed((calls) => calls.slice(since).filter(({ outcome }) => outcome === 'aborted').length === 20);
    await system.clearFaults();

    expect((await streamChat(system, { model: CHAT_MODEL, messages: order('still here') })).text()).toBe('still here');
  });
});
