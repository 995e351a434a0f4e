import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inference } from '#inference';
import { callWith, EMBEDDING, RERANK, Stage } from './open-stage.js';

let stage: Stage;
let inference: Inference;
beforeAll(async () => {
  stage = await Stage.open();
  inference = await stage.createInference();
});
afterEach(() => stage.reset());
afterAll(async () => {
  await inference.close();
  await stage.close();
});

interface EmbeddingList {
  readonly model: string;
  readonly data: readonly { readonly index: number; readonly embedding: number[] | string }[];
  readonly usage: { readonly total_tokens: number };
}

async function embed(fields: object): Promise<EmbeddingList> {
  const { body } = await inference.useCases.embeddings.create(callWith({ model: EMBEDDING.model, ...fields }));
  return JSON.parse(body.toString('utf8')) as EmbeddingList;
}

async function rank(
  fields: object,
): Promise<{ readonly results: readonly { readonly index: number; readonly document?: unknown }[] }> {
  const { body } = await inference.useCases.rerank.create(callWith({ model: RERANK.model, ...fields }));
  return JSON.parse(body.toString('utf8')) as Awaited<ReturnType<typeof rank>>;
}

function unpack(embedding: number[] | string | undefined): number[] {
  if (typeof embedding !== 'string') return embedding ?? [];
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

describe('embeddings', () => {
  it('come as floats unless base64 is asked for, with equal numbers', async () => {
    const input = ['the food was delicious', 'and the waiter'];
    const floats = await embed({ input });
    const explicit = await embed({ input, encoding_format: null });
    const packed = await embed({ input, encoding_format: 'base64' });

    expect(floats.model).toBe(EMBEDDING.model);
    expect(floats.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(explicit.data).toEqual(floats.data);
    for (const [index, { embedding }] of packed.data.entries()) {
      expect(typeof embedding).toBe('string');
      const expected = unpack(floats.data[index]?.embedding);
      expect(unpack(embedding).map((value) => value.toFixed(6))).toEqual(expected.map((value) => value.toFixed(6)));
    }
  });

  it.each([
    ['a string', 'x', 1],
    ['tokens', [1, 2, 3], 1],
    ['lists of tokens', [[1, 2], [3]], 2],
    ['2,048 strings', Array.from({ length: 2048 }, (_, index) => `text ${index}`), 2048],
  ])('are given for %s', async (_name, input, count) => {
    const { data } = await embed({ input, encoding_format: 'base64', dimensions: 64 });

    expect(data).toHaveLength(count);
    expect(unpack(data[0]?.embedding)).toHaveLength(64);
  });

  it('count their tokens', async () => {
    const { usage } = await inference.useCases.embeddings.create(
      callWith({ model: EMBEDDING.model, input: 'some words' }),
    );

    expect(usage).toMatchObject({ completionTokens: 0 });
    expect(usage?.totalTokens).toBeGreaterThan(0);
  });

  it.each([
    ['garbage', 'upstream_garbage'],
    ['error-200', 'upstream_error'],
    ['cut', 'upstream_error'],
  ])('are not made up for the fault %s', async (kind, reason) => {
    stage.setFault({ target: EMBEDDING.endpoint, kind });

    await expect(embed({ input: 'x' })).rejects.toMatchObject({ reason });
  });

  it('are refused for a chat model with the route to use', async () => {
    await expect(embed({ model: 'Llama-3.3-70B-Instruct', input: 'x' })).rejects.toMatchObject({
      reason: 'unsupported_model',
      message: expect.stringContaining('POST /v1/chat/completions') as string,
    });
  });
});

describe('rerank', () => {
  const query = 'What is the capital of France?';
  const documents = [
    'Berlin is the capital of Germany.',
    'Paris is the capital of France.',
    'London is the capital of England.',
  ];

  it('puts the best document first, with its text', async () => {
    const { results } = await rank({ query, documents });

    expect(results).toHaveLength(3);
    expect(results[0]).toMatchObject({ index: 1, document: { text: documents[1] } });
  });

  it.each([
    [{ documents, max_rerank: 1 }],
    [{ documents, top_n: 1 }],
    [{ texts: documents, top_k: 1 }],
    [{ documents: documents.map((text) => ({ text })), top_n: 1 }],
  ])('understands every dialect (%#)', async (fields) => {
    const { results } = await rank({ query, ...fields });

    expect(results.map(({ index }) => index)).toEqual([1]);
  });

  it('is not made up for a failing container', async () => {
    stage.setFault({ target: RERANK.endpoint, kind: 'error-200', message: 'no' });

    await expect(rank({ query, documents })).rejects.toMatchObject({ reason: 'upstream_error' });
  });
});
