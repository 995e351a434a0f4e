import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inference } from '#inference';
import { jsonOf, openModels } from './model-server.js';
import { callWith, EMBEDDING, RERANK, Stage } from './open-stage.js';

const LIMIT_BYTES = 65_536;

let stage: Stage;
let inference: Inference & AsyncDisposable;
beforeAll(async () => {
  stage = await Stage.open({ payloadLimitBytes: LIMIT_BYTES });
  const limited = { transports: ['invoke'], adapter: 'openai', limits: { payloadBytes: LIMIT_BYTES } };
  inference = await openModels(
    [
      {
        id: EMBEDDING.model,
        type: 'embedding',
        target: { kind: 'sagemaker', endpoint: EMBEDDING.endpoint },
        ...limited,
      },
      { id: RERANK.model, type: 'rerank', target: { kind: 'sagemaker', endpoint: RERANK.endpoint }, ...limited },
    ],
    { sageMaker: stage.options },
  );
});
afterEach(() => stage.reset());
afterAll(async () => {
  await inference[Symbol.asyncDispose]();
  await stage.close();
});

interface Embeddings {
  readonly data: readonly { readonly index: number; readonly embedding: number[] | string }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

async function embed(fields: object): Promise<Embeddings> {
  const { body } = await inference.useCases.embeddings.create(callWith({ model: EMBEDDING.model, ...fields }));
  return JSON.parse(body.toString('utf8')) as Embeddings;
}

function calls(endpoint: string): number {
  return stage.aws.witness.list({ endpoint }).length;
}

describe('embeddings beyond a payload limit', () => {
  const input = Array.from({ length: 200 }, (_, index) => `text number ${index} of many`);

  it.each(['float', 'base64'])('are asked for in several calls, and come in order as %s', async (encoding) => {
    const { data, usage } = await embed({ input, encoding_format: encoding });
    const asked = calls(EMBEDDING.endpoint);
    const single = await embed({ input: [input[150]], encoding_format: encoding });
    const parts = await Promise.all(input.map((text) => embed({ input: text, encoding_format: 'base64' })));

    expect(asked).toBeGreaterThan(1);
    expect(data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
    expect(floatsOf(data[150]?.embedding)).toEqual(floatsOf(single.data[0]?.embedding));
    expect(data.map(({ embedding }) => floatsOf(embedding))).toEqual(
      parts.map(({ data: [only] }) => floatsOf(only?.embedding)),
    );
    expect(usage.total_tokens).toBe(parts.reduce((sum, part) => sum + part.usage.total_tokens, 0));
    expect(usage.prompt_tokens).toBe(usage.total_tokens);
  });

  it('are split when the request is what is too long', async () => {
    const long = Array.from({ length: 4 }, (_, index) => `${index} ${'word '.repeat(5_000)}`);

    const { data } = await embed({ input: long, dimensions: 8 });

    expect(data).toHaveLength(4);
    expect(calls(EMBEDDING.endpoint)).toBe(2);
  });

  it('are refused when one input alone is too long', async () => {
    await expect(embed({ input: ['a', 'x'.repeat(LIMIT_BYTES)] })).rejects.toMatchObject({
      reason: 'body_too_large',
      status: 413,
    });
  });

  it('fail as a whole when one call fails', async () => {
    // About half of the calls of a request fail.
    stage.setFault({ target: EMBEDDING.endpoint, kind: 'error', status: 500, probability: 0.5, seed: 7 });

    await expect(embed({ input, encoding_format: 'base64' })).rejects.toMatchObject({ reason: 'upstream_error' });
  });
});

describe('documents beyond a payload limit', () => {
  it('are ranked in several calls, with their own indices', async () => {
    const documents = Array.from({ length: 300 }, (_, index) =>
      index === 250 ? 'Paris is the capital of France.' : `Something else entirely, ${index}. ${'filler '.repeat(40)}`,
    );
    const query = 'What is the capital of France?';

    const answer = jsonOf(
      await inference.useCases.rerank.create(callWith({ model: RERANK.model, query, documents, top_n: 3 })),
    );

    expect(calls(RERANK.endpoint)).toBeGreaterThan(1);
    expect(answer['results']).toMatchObject([{ index: 250, document: { text: documents[250] } }, {}, {}]);
  });
});

function floatsOf(embedding: number[] | string | undefined): number[] {
  if (typeof embedding !== 'string') return (embedding ?? []).map(Math.fround);
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}
