import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inference, InferenceStream } from '#inference';
import { scanJsonObject } from '#platform';
import { callWith, JSON_LINES_CHAT, SSE_CHAT, Stage, TRANSPORTS } from './open-stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

const WORDS = 'größe 日本 🎉 and words';
const MESSAGES = [{ role: 'user', content: `Reply with exactly "${WORDS}"` }];

interface Chunk {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly total_tokens: number } | null;
}

async function read({ frames }: InferenceStream): Promise<{ texts: string[]; chunks: Chunk[] }> {
  const texts: string[] = [];
  for await (const frame of frames) texts.push(frame.toString('utf8'));
  const chunks = texts.filter((text) => !text.includes('[DONE]')).map((text) => JSON.parse(text.slice(6)) as Chunk);
  return { texts, chunks };
}

function contentOf(chunks: readonly Chunk[], index = 0): string {
  return chunks
    .flatMap(({ choices }) =>
      choices.filter((choice) => choice.index === index).map(({ delta }) => delta.content ?? ''),
    )
    .join('');
}

describe.each(TRANSPORTS)('chat through the %s transport', (transport) => {
  let inference: Inference;
  beforeAll(async () => {
    inference = await stage.createInference({ transport, maxRetries: 2 });
  });
  afterAll(() => inference.close());

  it.each(['Qwen2.5-7B-Instruct/dev', 'Qwen2.5-7B-Instruct'])(
    'answers with the name %s that the client sent',
    async (model) => {
      const { body, usage } = await inference.useCases.chat.create(callWith({ model, messages: MESSAGES }));

      const answer = JSON.parse(body.toString('utf8')) as { usage: Record<string, number> };
      expect(answer).toMatchObject({ object: 'chat.completion', model, choices: [{ message: { content: WORDS } }] });
      expect(usage).toEqual({
        promptTokens: answer.usage['prompt_tokens'],
        completionTokens: answer.usage['completion_tokens'],
        totalTokens: answer.usage['total_tokens'],
      });
    },
  );

  it.each([
    ['JSON lines', JSON_LINES_CHAT.model],
    ['server-sent events', SSE_CHAT.model],
  ])('streams from a container that speaks %s', async (_framing, model) => {
    const stream = await inference.useCases.chat.stream(callWith({ model, messages: MESSAGES, stream: true }));

    const { texts, chunks } = await read(stream);

    expect(contentOf(chunks)).toBe(WORDS);
    expect(texts.filter((text) => text.includes('[DONE]'))).toEqual(['data: [DONE]\n\n']);
    expect(texts.at(-1)).toBe('data: [DONE]\n\n');
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every((chunk) => chunk.model === model && !('usage' in chunk))).toBe(true);
    expect(
      chunks.flatMap(({ choices }) => choices).filter(({ finish_reason: reason }) => reason !== null),
    ).toHaveLength(1);
    expect(stream.usage()?.totalTokens).toBeGreaterThan(0);
  });

  it.each([JSON_LINES_CHAT.model, SSE_CHAT.model])('gives usage to those who ask (%s)', async (model) => {
    const fields = { model, messages: MESSAGES, stream: true, stream_options: { include_usage: true } };
    const stream = await inference.useCases.chat.stream(callWith(fields));

    const { chunks } = await read(stream);

    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: stream.usage()?.totalTokens } });
  });

  it('streams every choice to its own end', async () => {
    const stream = await inference.useCases.chat.stream(
      callWith({ model: JSON_LINES_CHAT.model, messages: MESSAGES, n: 3, stream: true }),
    );

    const { chunks } = await read(stream);

    expect([0, 1, 2].map((index) => contentOf(chunks, index))).toEqual([WORDS, WORDS, WORDS]);
  });

  it.each([
    ['cut', 'upstream_error'],
    ['stream-error', 'upstream_error'],
    ['stream-internal-failure', 'upstream_error'],
  ])('does not finish an answer that fails on the way (%s)', async (kind, reason) => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind, afterParts: 8 });
    const stream = await inference.useCases.chat.stream(
      callWith({ model: JSON_LINES_CHAT.model, messages: MESSAGES, stream: true }),
    );

    const texts: string[] = [];
    const reading = (async () => {
      for await (const frame of stream.frames) texts.push(frame.toString('utf8'));
    })();

    await expect(reading).rejects.toMatchObject({ reason });
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.join('')).not.toContain('[DONE]');
  });

  it.each([
    ['error', 400, 'upstream_rejected'],
    ['access-denied', undefined, 'upstream_misconfigured'],
    ['no-capacity', undefined, 'upstream_unavailable'],
    ['garbage', undefined, 'upstream_garbage'],
  ])('refuses to open a stream that fails at once (%s)', async (kind, status, reason) => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind, ...(status === undefined ? {} : { status }) });

    await expect(
      inference.useCases.chat.stream(callWith({ model: SSE_CHAT.model, messages: MESSAGES, stream: true })),
    ).rejects.toMatchObject({ reason });
  });

  it('refuses an error that comes with a good status', async () => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'error-200' });

    await expect(
      inference.useCases.chat.create(callWith({ model: SSE_CHAT.model, messages: MESSAGES })),
    ).rejects.toMatchObject({
      reason: 'upstream_error',
    });
  });

  it.each(['throttle', 'unavailable', 'dependency', 'answer-lost', 'not-ready'])(
    'survives the passing fault %s',
    async (kind) => {
      stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind, times: 1 });

      const { body } = await inference.useCases.chat.create(
        callWith({ model: JSON_LINES_CHAT.model, messages: MESSAGES }),
      );

      expect(body.toString('utf8')).toContain('words');
    },
  );

  it('tries a failing container once more, and not at all for bulk', async () => {
    stage.setFault({ target: JSON_LINES_CHAT.endpoint, kind: 'error', status: 500 });
    const fields = { model: JSON_LINES_CHAT.model, messages: MESSAGES };

    await expect(inference.useCases.chat.create(callWith(fields))).rejects.toMatchObject({ reason: 'upstream_error' });
    expect(stage.outcomes(JSON_LINES_CHAT.endpoint)).toHaveLength(2);

    await expect(inference.useCases.chat.create(callWith(fields, { retries: 'none' }))).rejects.toMatchObject({
      reason: 'upstream_error',
    });
    expect(stage.outcomes(JSON_LINES_CHAT.endpoint)).toHaveLength(3);
  });

  it('takes a body that begins with a byte order mark', async () => {
    const call = callWith({ model: SSE_CHAT.model, messages: MESSAGES });
    const body = scanJsonObject(Buffer.concat([Buffer.from('\ufeff'), call.body.bytes]));

    await inference.useCases.chat.create({ ...call, body });

    expect(stage.outcomes(SSE_CHAT.endpoint)).toEqual(['ok']);
  });

  it('answers a batch line that asks for a stream', async () => {
    const fields = { model: SSE_CHAT.model, messages: MESSAGES, stream: true, stream_options: { include_usage: true } };

    const { body } = await inference.useCases.chat.create(callWith(fields));

    expect(JSON.parse(body.toString('utf8'))).toMatchObject({ choices: [{ message: { content: WORDS } }] });
  });

  it.each(['signal', 'return'] as const)('ends the model`s work when the client leaves (%s)', async (how) => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'stall', afterParts: 4 });
    const controller = new AbortController();
    const { frames } = await inference.useCases.chat.stream(
      callWith({ model: SSE_CHAT.model, messages: MESSAGES, stream: true }, { signal: controller.signal }),
    );
    const iterator = frames[Symbol.asyncIterator]();
    await iterator.next();

    if (how === 'signal') controller.abort();
    else await iterator.return?.();

    await expect.poll(() => stage.outcomes(SSE_CHAT.endpoint)).toEqual(['aborted']);
  });

  it('ends the model`s work when the client of a whole answer leaves', async () => {
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'stall' });
    const controller = new AbortController();
    const call = callWith({ model: SSE_CHAT.model, messages: MESSAGES }, { signal: controller.signal });
    const settled = Promise.allSettled([inference.useCases.chat.create(call)]);
    await expect.poll(() => stage.outcomes(SSE_CHAT.endpoint)).toEqual([undefined]);

    controller.abort();

    expect(await settled).toMatchObject([{ reason: { reason: 'client_closed_request', status: 499 } }]);
    await expect.poll(() => stage.outcomes(SSE_CHAT.endpoint)).toEqual(['aborted']);
  });

  it('opens a stream when the hold time is over and says that it is alive', async () => {
    const patient = await stage.createInference({ transport, holdMs: 20, keepAliveMs: 20 });
    stage.setFault({ target: SSE_CHAT.endpoint, kind: 'slow', delayMs: 300 });

    const { chunks } = await read(
      await patient.useCases.chat.stream(callWith({ model: SSE_CHAT.model, messages: MESSAGES, stream: true })),
    );
    await patient.close();

    expect(chunks[0]?.choices).toEqual([{ index: 0, delta: {}, finish_reason: null }]);
    expect(contentOf(chunks)).toBe(WORDS);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it('checks before it calls', async () => {
    const refused = [
      [{ model: 'nobody', messages: MESSAGES }, 'model_not_found'],
      [{ model: 'bge-m3', messages: MESSAGES }, 'unsupported_model'],
      [{ model: SSE_CHAT.model, messages: [] }, 'empty_array'],
      [{ model: SSE_CHAT.model, messages: [{ role: 'user', content: 'x'.repeat(7_000_000) }] }, 'body_too_large'],
    ] as const;

    for (const [fields, reason] of refused) {
      await expect(inference.useCases.chat.create(callWith(fields))).rejects.toMatchObject({ reason });
      await expect(inference.useCases.chat.stream(callWith({ ...fields, stream: true }))).rejects.toMatchObject({
        reason,
      });
    }
    expect(stage.aws.witness.list()).toEqual([]);
  });
});
