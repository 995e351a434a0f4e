import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInference, readInferenceConfig, type Inference, type InferenceConfig } from '#inference';
import { callWith, logger, Stage } from './open-stage.js';

const OTHER = 'other';
const MESSAGES = [{ role: 'user', content: 'Reply with exactly "größe 日本"' }];
const FAULTS = ['unavailable', 'throttle', 'internal-failure', 'no-capacity', 'access-denied', 'answer-lost'];
/** No breaker keeps calls from an endpoint. */
const NO_PAUSE = { failures: 1_000_000, openMs: 1 };

let stage: Stage;
let folder: string;
let catalogs = 0;
const opened: Inference[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  stage = await Stage.open({
    endpoints: [
      { name: 'a', model: 'first', engine: 'chat', framing: 'sse' },
      { name: 'b', model: 'first', engine: 'chat', framing: 'sse' },
      { name: OTHER, model: 'second', engine: 'chat', framing: 'sse' },
    ],
  });
});
afterEach(async () => {
  for (const inference of opened.splice(0)) await inference.close();
  stage.reset();
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

const at = (endpoint: string, budget = 8) => ({ kind: 'sagemaker', endpoint, budget });
const model = {
  id: 'first/dev',
  type: 'chat',
  targets: [at('a'), at('b')],
  transports: ['invoke', 'invoke-stream'],
  adapter: 'openai',
};

async function open(models: readonly object[], overrides: Partial<InferenceConfig> = {}): Promise<Inference> {
  const catalogPath = join(folder, `${catalogs++}.yaml`);
  await writeFile(catalogPath, JSON.stringify({ models }));
  const config = { ...readInferenceConfig({}), catalogPath, sageMaker: stage.options, circuitBreaker: NO_PAUSE };
  const inference = await createInference({ ...config, ...overrides }, logger);
  opened.push(inference);
  return inference;
}

const ask = (more: object = {}) => callWith({ model: 'first', messages: MESSAGES, ...more });

async function readStream({ useCases }: Inference): Promise<string> {
  const { frames } = await useCases.chat.stream(ask({ stream: true }));
  const pieces: Buffer[] = [];
  for await (const frame of frames) pieces.push(frame);
  return Buffer.concat(pieces).toString('utf8');
}

describe('a model on several endpoints', () => {
  it('is called where calls in flight leave most of a budget free', async () => {
    const { useCases } = await open([{ ...model, targets: [at('a', 6), at('b', 2)] }]);

    await Promise.all(Array.from({ length: 8 }, () => useCases.chat.create(ask())));

    expect(['a', 'b'].map((name) => stage.outcomes(name).length)).toEqual([6, 2]);
  });

  it('is called in turn where nothing is in flight', async () => {
    const inference = await open([model]);

    for (let count = 0; count < 2; count++) {
      await inference.useCases.chat.create(ask());
      await readStream(inference);
    }
    await inference.useCases.chat.create(ask());
    await inference.useCases.chat.create(ask());

    expect(['a', 'b'].map((name) => stage.outcomes(name).length)).toEqual([3, 3]);
  });

  it.each(FAULTS)('answers through the other one at once, whole and streamed, after %s', async (kind) => {
    const inference = await open([{ ...model, targets: [at('a', 8), at('b', 1)] }]);
    stage.setFault({ target: 'a', kind, times: 2 });

    const reply = await inference.useCases.chat.create(ask());
    const text = await readStream(inference);

    expect(reply.body.toString('utf8')).toContain('größe 日本');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(stage.outcomes('b')).toEqual(['ok', 'ok']);
  });

  it('is not called at an endpoint that is given a pause, and is again once that has answered', async () => {
    const { useCases } = await open([{ ...model, targets: [at('a', 8), at('b', 1)] }], {
      circuitBreaker: { failures: 1, openMs: 50 },
    });
    stage.setFault({ target: 'a', kind: 'error', status: 503, times: 1 });
    await useCases.chat.create(ask());
    expect(stage.outcomes('a')).toEqual(['error']);

    await expect.poll(async () => (await useCases.chat.create(ask())) && stage.outcomes('a')).toEqual(['error', 'ok']);
    expect(stage.outcomes('b').every((outcome) => outcome === 'ok')).toBe(true);
  });

  it('is asked again, and then its stand-ins, when no endpoint can answer', async () => {
    const second = { ...model, id: 'second/dev', targets: [at(OTHER)] };
    const { useCases } = await open([{ ...model, fallbacks: ['second'] }, second], { maxRetries: 1 });
    for (const target of ['a', 'b']) stage.setFault({ target, kind: 'error', status: 503 });

    await useCases.chat.create(ask());

    expect(['a', 'b', OTHER].map((name) => stage.outcomes(name))).toEqual([
      ['error', 'error'],
      ['error', 'error'],
      ['ok'],
    ]);
  });

  it('says what an endpoint refuses a request with, and asks no other', async () => {
    const { useCases } = await open([model]);
    stage.setFault({ target: 'a', kind: 'error', status: 400 });

    await expect(useCases.chat.create(ask())).rejects.toMatchObject({ reason: 'upstream_rejected' });
    expect(stage.outcomes('b')).toEqual([]);
  });

  it('is not asked elsewhere once its stream has begun', async () => {
    const inference = await open([model]);
    stage.setFault({ target: 'a', kind: 'cut', afterParts: 2 });

    await expect(readStream(inference)).rejects.toMatchObject({ reason: 'upstream_error' });
    expect(stage.outcomes('b')).toEqual([]);
  });

  it('is called in bulk at the endpoint that the call names, and at no other', async () => {
    const { useCases } = await open([model]);
    const bulk = (endpoint?: string) =>
      useCases.chat.create({ ...ask(), retries: 'none', ...(endpoint && { endpoint }) });

    await bulk('b');
    await bulk('b');
    await bulk('gone');
    await bulk();
    stage.setFault({ target: 'b', kind: 'unavailable' });
    await expect(bulk('b')).rejects.toMatchObject({ reason: 'upstream_unavailable' });

    expect(['a', 'b'].map((name) => stage.outcomes(name).length)).toEqual([2, 2]);
  });
});
