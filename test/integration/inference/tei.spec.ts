import { describe, expect, it } from 'vitest';
import { callWith } from './open-stage.js';
import { jsonOf, ModelServer, openModels, served, type ModelAnswer } from './model-server.js';

const FLOATS = [0.5, -2];
const BASE64 = Buffer.from(Float32Array.from(FLOATS).buffer).toString('base64');
const DOCUMENTS = ['a', 'b', 'c'];

async function open(type: string, adapter: string, answer: ModelAnswer) {
  const server = await ModelServer.start(answer);
  const models = await openModels([served(server.url, { type, adapter })]);
  const { embeddings, rerank, rerankV2 } = models.useCases;
  return {
    server,
    embed: async (fields: object) => jsonOf(await embeddings.create(callWith({ model: 'm', ...fields }))),
    rank: async (fields: object) => jsonOf(await rerank.create(callWith({ model: 'm', ...fields }))),
    rankV2: async (fields: object) => jsonOf(await rerankV2.create(callWith({ model: 'm', ...fields }))),
    [Symbol.asyncDispose]: async () => {
      await models[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('the adapter tei', () => {
  it.each([
    ['float', FLOATS],
    ['base64', BASE64],
  ])('makes a list of embeddings of bare vectors, as %s', async (encoding, embedding) => {
    await using stage = await open('embedding', 'tei', () => [FLOATS, FLOATS]);

    const answer = await stage.embed({ input: ['x', 'y'], encoding_format: encoding, truncate: true, user: 'u' });

    expect(stage.server.last).toMatchObject({ path: '/embed', fields: { inputs: ['x', 'y'], truncate: true } });
    expect(Object.keys(stage.server.last.fields)).toEqual(['truncate', 'inputs']);
    expect(answer).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding },
        { object: 'embedding', index: 1, embedding },
      ],
      model: 'm',
      usage: { prompt_tokens: 0, total_tokens: 0 },
    });
  });

  it('understands the shape of its OpenAI route as well', async () => {
    const usage = { prompt_tokens: 4, total_tokens: 4 };
    const data = [{ object: 'embedding', index: 0, embedding: FLOATS }];
    await using stage = await open('embedding', 'tei', () => ({ object: 'list', data, model: 'x', usage }));

    expect(await stage.embed({ input: 'x' })).toEqual({ object: 'list', data, model: 'm', usage });
    expect(stage.server.last.fields).toEqual({ inputs: ['x'] });
  });

  it.each([
    ['too few vectors', [FLOATS]],
    ['numbers', [1, 2]],
  ])('takes %s for garbage', async (_name, answer) => {
    await using stage = await open('embedding', 'tei', () => answer);

    await expect(stage.embed({ input: ['x', 'y'] })).rejects.toMatchObject({ reason: 'upstream_garbage' });
  });

  it('ranks', async () => {
    const scores = [
      { index: 2, score: 0.9 },
      { index: 0, score: 0.5 },
      { index: 1, score: 0.1 },
    ];
    await using stage = await open('rerank', 'tei', () => scores);

    const answer = await stage.rank({ query: 'q', documents: DOCUMENTS, top_n: 2, raw_scores: true });

    expect(stage.server.last).toMatchObject({ path: '/rerank' });
    expect(stage.server.last.fields).toEqual({ query: 'q', texts: DOCUMENTS, raw_scores: true });
    expect(answer['results']).toEqual([
      { index: 2, relevance_score: 0.9, document: { text: 'c' } },
      { index: 0, relevance_score: 0.5, document: { text: 'a' } },
    ]);
  });
});

describe('the adapter emd-transformers', () => {
  const UNSORTED = {
    id: null,
    model: 'x',
    usage: { total_tokens: null },
    results: DOCUMENTS.map((text, index) => ({ index, document: { text }, relevance_score: index })),
  };

  it('gives whole numbers where the container counts null', async () => {
    const data = [{ object: 'embedding', index: 0, embedding: FLOATS }];
    const usage = { prompt_tokens: null, total_tokens: null };
    await using stage = await open('embedding', 'emd-transformers', () => ({ object: 'list', data, usage }));

    const answer = await stage.embed({ input: 'x', encoding_format: 'base64' });

    expect(answer).toMatchObject({ data: [{ embedding: BASE64 }], usage: { prompt_tokens: 0, total_tokens: 0 } });
  });

  it('sorts and cuts what comes unsorted and whole', async () => {
    await using stage = await open('rerank', 'emd-transformers', () => UNSORTED);

    const answer = await stage.rank({ query: 'q', documents: DOCUMENTS, max_rerank: 2, return_metadata: true });

    expect(stage.server.last.fields).toEqual({ model: 'm', query: 'q', documents: DOCUMENTS });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^rerank-/) as string,
      results: [{ index: 2 }, { index: 1 }],
      usage: { prompt_tokens: 0, total_tokens: 0 },
    });
    expect(answer['data']).toEqual(answer['results']);
  });

  it("leaves documents out in the second version of Cohere's API, unless they are asked for", async () => {
    await using stage = await open('rerank', 'emd-transformers', () => UNSORTED);
    const fields = { query: 'q', documents: DOCUMENTS };

    const plain = await stage.rankV2(fields);
    const asked = await stage.rankV2({ ...fields, return_documents: true });

    expect(plain).toMatchObject({ meta: { api_version: { version: '2' } } });
    expect(JSON.stringify(plain['results'])).not.toContain('document');
    expect(asked['results']).toMatchObject([{ document: { text: 'c' } }, {}, {}]);
    expect(JSON.stringify((await stage.rank({ ...fields, return_documents: false }))['results'])).not.toContain(
      'document',
    );
  });
});
