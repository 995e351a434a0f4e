import { describe, expect, it } from 'vitest';
import { BATCH_ENDPOINTS, type BatchEndpoint } from '#contracts';
import {
  Catalog,
  parseCatalog,
  validateChatRequest,
  validateEmbeddingsRequest,
  validateRerankRequest,
  type Inference,
  type InferenceCall,
} from '#inference';
import { scanJsonObject, type JsonBody } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { CatalogModels } from './catalog-models.js';

const MODELS = [
  { id: 'talks/dev', type: 'chat' },
  { id: 'embeds/dev', type: 'embedding' },
  { id: 'ranks/dev', type: 'rerank' },
  { id: 'hears/dev', type: 'transcription' },
].map((model) => ({
  ...model,
  target: { kind: 'sagemaker', endpoint: `${model.type}-endpoint` },
  transports: ['invoke'],
  adapter: model.type === 'transcription' ? 'whisper-multipart' : 'openai',
}));

/** A model on the endpoint of another and on one of its own. */
const MANY = {
  id: 'many/dev',
  type: 'embedding',
  targets: [
    { kind: 'sagemaker', endpoint: 'embedding-endpoint' },
    { kind: 'sagemaker', endpoint: 'second', inferenceComponent: 'part', concurrency: 5, budget: 3 },
  ],
  transports: ['invoke'],
  adapter: 'openai',
};

function createModels(): { readonly models: CatalogModels; readonly asked: string[] } {
  const asked: string[] = [];
  const answerAs = (operation: string) => ({
    create: async () => {
      asked.push(operation);
      return await Promise.resolve({ body: Buffer.from('{}'), usage: undefined });
    },
  });
  const operations = ['chat', 'completions', 'embeddings', 'rerank'];
  const inference = {
    catalog: new Catalog(parseCatalog(JSON.stringify({ models: [...MODELS, MANY] }), 'test'), 0),
    useCases: Object.fromEntries(operations.map((operation) => [operation, answerAs(operation)])),
  };
  return {
    models: new CatalogModels(inference as unknown as Inference, new MemoryObjectStore(), {
      packing: false,
      decoder: undefined,
      maxAudioSeconds: 3600,
      decodeTimeoutMs: 1000,
    }),
    asked,
  };
}

const SERVED_BY: Readonly<Record<BatchEndpoint, string>> = {
  '/v1/chat/completions': 'talks/dev',
  '/v1/completions': 'talks/dev',
  '/v1/embeddings': 'embeds/dev',
  '/v1/rerank': 'ranks/dev',
  '/v1/audio/transcriptions': 'hears/dev',
};

const TEXT_ENDPOINTS = BATCH_ENDPOINTS.filter((endpoint) => endpoint !== '/v1/audio/transcriptions');

const CHECKS: Partial<Record<BatchEndpoint, (body: JsonBody) => unknown>> = {
  '/v1/chat/completions': validateChatRequest,
  '/v1/embeddings': validateEmbeddingsRequest,
  '/v1/rerank': validateRerankRequest,
};

describe('CatalogModels', () => {
  it('calls the operation that each endpoint of texts stands for', async () => {
    const { models, asked } = createModels();
    for (const endpoint of TEXT_ENDPOINTS) await models.call(endpoint, {} as InferenceCall);
    expect(asked).toEqual(['embeddings', 'chat', 'completions', 'rerank']);
  });

  it.each(BATCH_ENDPOINTS)('takes models of the right type for %s, and says why others cannot', (endpoint) => {
    const { models } = createModels();
    const codes = MODELS.map(({ id }) => [id, models.refusal(id, endpoint)?.code]);
    expect(codes).toEqual(MODELS.map(({ id }) => [id, id === SERVED_BY[endpoint] ? undefined : 'unsupported_model']));
    expect(models.refusal('nobody', endpoint)?.code).toBe('model_not_found');
  });

  it.each(TEXT_ENDPOINTS)('knows a small request that every model of %s takes', (endpoint) => {
    const { models } = createModels();
    const body = scanJsonObject(models.canary('m', endpoint));
    expect(body.value('model')).toBe('m');
    expect(body.members.size).toBeGreaterThan(1);
    expect(() => CHECKS[endpoint]?.(body)).not.toThrow();
  });

  it('knows each endpoint of a model that has several, and what a chunk may have in flight at all of them', () => {
    const { models } = createModels();
    const member = { concurrency: 8, sharing: { budget: 8 } };
    const several = {
      endpoint: 'embedding-endpoint',
      concurrency: 13,
      members: [
        { endpoint: 'embedding-endpoint', ...member },
        { endpoint: 'second-part', concurrency: 5, sharing: { budget: 3 } },
      ],
    };

    expect(models.target('many')).toMatchObject(several);
    expect(models.target('embeds')).toMatchObject({ endpoint: 'embedding-endpoint', ...member });
    expect(models.target('embeds')).not.toHaveProperty('members');
    expect(models.targets().map(({ endpoint }) => endpoint)).toEqual([
      'chat-endpoint',
      'embedding-endpoint',
      'rerank-endpoint',
      'transcription-endpoint',
    ]);
  });
});
