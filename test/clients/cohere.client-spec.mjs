import { CohereClient, CohereClientV2 } from 'cohere-ai';
import { describe, expect, it } from 'vitest';
import * as system from './system.mjs';

const connection = () => ({ token: system.apiKey(), environment: system.systemUrl() });
const question = { model: system.RERANK_MODEL, query: system.CAPITAL_QUERY };

describe('Cohere', () => {
  it('reranks by version 1, with documents as objects handed back', async () => {
    const { results, id } = await new CohereClient(connection()).rerank({
      ...question,
      documents: system.CAPITAL_DOCUMENTS.map((text) => ({ text })),
      topN: 2,
      returnDocuments: true,
    });

    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ index: 1, document: { text: system.CAPITAL_DOCUMENTS[1] } });
    expect(results[0].relevanceScore).toBeGreaterThan(results[1].relevanceScore);
    expect(id).toBeTypeOf('string');
  });

  it('reranks by version 2', async () => {
    const { results } = await new CohereClientV2(connection()).rerank({
      ...question,
      documents: system.CAPITAL_DOCUMENTS,
    });

    expect(results).toHaveLength(3);
    expect(results[0].index).toBe(1);
    expect(results[0].relevanceScore).toBeGreaterThan(results[1].relevanceScore);
  });

  it('gets an error of its own class with the reason', async () => {
    const asked = new CohereClientV2({ ...connection(), maxRetries: 0 }).rerank({
      ...question,
      model: 'nope',
      documents: ['x'],
    });

    await expect(asked).rejects.toMatchObject({ statusCode: 404, body: { error: { code: 'model_not_found' } } });
  });
});
