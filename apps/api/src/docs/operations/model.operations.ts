import type { OperationDefinition } from '../openapi.types.js';
import { answers, json, reference } from '../schemas/schema-builders.js';

const STREAM = 'text/event-stream';

const eventStream = { [STREAM]: { schema: { type: 'string' } } } as const;

/** Calls that a model answers. */
export const MODEL_OPERATIONS: readonly OperationDefinition[] = [
  {
    method: 'post',
    path: '/v1/chat/completions',
    operationId: 'createChatCompletion',
    tag: 'Chat',
    summary: 'Answer a conversation',
    description:
      'With `"stream": true` the answer comes as server-sent events and ends with `data: [DONE]` only when it is complete. Fields that are not listed go to the model server unchanged.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: reference('ChatCompletionRequest'),
          examples: {
            plain: {
              summary: 'One question',
              value: {
                model: 'Qwen2.5-7B-Instruct/dev',
                messages: [{ role: 'user', content: 'Reply with exactly: hello' }],
              },
            },
            streamed: {
              summary: 'Streamed, with usage',
              value: {
                model: 'Qwen2.5-7B-Instruct/dev',
                messages: [{ role: 'user', content: 'Count to five.' }],
                stream: true,
                stream_options: { include_usage: true },
              },
            },
          },
        },
      },
    },
    responses: {
      '200': {
        description: 'The answer, whole or as events.',
        content: { ...json(reference('ChatCompletion')), ...eventStream },
      },
    },
  },
  {
    method: 'post',
    path: '/v1/completions',
    operationId: 'createCompletion',
    tag: 'Chat',
    summary: 'Continue a text (legacy)',
    requestBody: { required: true, content: json(reference('CompletionRequest')) },
    responses: {
      '200': {
        description: 'The continuation, whole or as events.',
        content: { ...json(reference('Completion')), ...eventStream },
      },
    },
  },
  {
    method: 'post',
    path: '/v1/embeddings',
    operationId: 'createEmbeddings',
    tag: 'Embeddings and rerank',
    summary: 'Turn texts into vectors',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: reference('EmbeddingsRequest'),
          examples: { texts: { summary: 'Two texts', value: { model: 'bge-m3/dev', input: ['a text', 'another'] } } },
        },
      },
    },
    responses: answers('One vector for each input, in order.', reference('Embeddings')),
  },
  {
    method: 'post',
    path: '/v1/rerank',
    operationId: 'rerank',
    tag: 'Embeddings and rerank',
    summary: 'Order documents by how well they fit a query',
    description: 'Takes and answers the dialects of Cohere, Jina and vLLM. `/v2/rerank` is the same.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: reference('RerankRequest'),
          examples: {
            capitals: {
              summary: 'Two documents',
              value: {
                model: 'bge-reranker-v2-m3/dev',
                query: 'What is the capital of France?',
                documents: ['Berlin is the capital of Germany.', 'Paris is the capital of France.'],
              },
            },
          },
        },
      },
    },
    responses: answers('The best documents first.', reference('RerankResults')),
  },
  {
    method: 'post',
    path: '/v1/invocations',
    operationId: 'invoke',
    tag: 'Invocations',
    summary: 'Call a model with a body of its own',
    description: 'For models whose container speaks a dialect of its own. Only `model` is read.',
    requestBody: {
      required: true,
      content: json({ type: 'object', properties: { model: { type: 'string' } }, required: ['model'] }),
    },
    responses: { '200': { description: 'What the model answered.', content: { 'application/json': { schema: {} } } } },
  },
];
