import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { CHAT_ENDPOINT, CHAT_MODEL, impatientClient, send, sendJson, type RawAnswer } from './support/clients.js';

const QUESTION = {
  model: CHAT_MODEL,
  messages: [{ role: 'user', content: 'Reply with exactly: one two three four five six' }],
};

describe('A failure never looks like a success', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterEach(async () => {
    await system.clearFaults();
  });

  afterAll(async () => {
    await system?.stop();
  });

  it.each([
    ['a stream that is cut', { kind: 'cut', afterParts: 3 }],
    ['a stream that the endpoint breaks off with an exception', { kind: 'stream-error', afterParts: 3 }],
  ])('%s ends with an error object and without [DONE]', async (_, fault) => {
    await system.addFault({ target: CHAT_ENDPOINT, ...fault });
    const answer = await sendJson(system, '/v1/chat/completions', { ...QUESTION, stream: true });
    const frames = answer.text.split('\n\n').filter((frame) => frame !== '');

    const error = answer.status === 200 ? readError(frames.at(-1)) : answer.body.error;
    expect(answer.text).not.toContain('[DONE]');
    expect(Object.keys(error ?? {}).toSorted()).toEqual(['code', 'message', 'param', 'type']);
    expect(error?.type).toBe('server_error');
  });

  it('an SDK that reads a cut stream gets an exception, not a short answer', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'cut', afterParts: 3 });
    const read = async (): Promise<string> => {
      const stream = await impatientClient(system).chat.completions.create({
        ...QUESTION,
        stream: true,
      } as OpenAI.ChatCompletionCreateParamsStreaming);
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };

    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it.each([
    ['an error inside a 200', { kind: 'error-200' }, 502],
    ['garbage', { kind: 'garbage' }, 502],
    ['a container error', { kind: 'error', status: 500, message: 'CUDA error' }, 502],
    ['throttling', { kind: 'throttle' }, 429],
    ['no capacity', { kind: 'no-capacity' }, 503],
    ['a model that is still loading', { kind: 'not-ready' }, 503],
    ['missing permissions', { kind: 'access-denied' }, 503],
  ])('%s from the endpoint is an error for the caller', async (_, fault, status) => {
    await system.addFault({ target: CHAT_ENDPOINT, ...fault });
    const answer = await sendJson(system, '/v1/chat/completions', QUESTION);

    expect(answer.status, answer.text).toBe(status);
    expect(Object.keys(answer.body.error ?? {}).toSorted()).toEqual(['code', 'message', 'param', 'type']);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    expect(answer.text).not.toMatch(/\d{12}|arn:|EMD-Model|logEventViewer/);
    expect(isSaneRetry(answer.headers.get('retry-after'), status), `retry-after of ${status}`).toBe(true);
  });

  it('a client that leaves stops the model, streaming or not', async () => {
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'stall', afterParts: 2 });
    for (const stream of [true, false]) {
      const since = (await system.witness()).length;
      const leaving = new AbortController();
      const asked = send(system, '/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...QUESTION, stream }),
        signal: leaving.signal,
      }).catch((error: unknown) => error);
      await system.witnessed((calls) => calls.length > since);
      leaving.abort();
      await asked;

      await system.witnessed((calls) => calls.slice(since).some(({ outcome }) => outcome === 'aborted'));
    }
  });
});

function readError(frame: string | undefined): RawAnswer['body']['error'] {
  return (JSON.parse(frame?.replace(/^data: /, '') ?? '{}') as RawAnswer['body']).error;
}

/** Where coming back later helps, the caller is told when; more than 60 s would be ignored by the SDKs. */
function isSaneRetry(retryAfter: string | null, status: number): boolean {
  return status === 502 || (Number(retryAfter) > 0 && Number(retryAfter) <= 60);
}
