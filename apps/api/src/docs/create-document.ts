import type { OpenApiDocument, OperationDefinition, ResponseObject } from './openapi.types.js';
import { OPERATIONS } from './operations/operations.js';
import { routeKey } from './route-key.js';
import { CHAT_SCHEMAS } from './schemas/chat.schemas.js';
import { JOB_SCHEMAS } from './schemas/job.schemas.js';
import { RESOURCE_SCHEMAS } from './schemas/resource.schemas.js';
import { json, reference } from './schemas/schema-builders.js';
import { UPLOAD_SCHEMAS } from './schemas/upload.schemas.js';
import { VECTOR_SCHEMAS } from './schemas/vector.schemas.js';
import { WEBHOOK_SCHEMAS } from './schemas/webhook.schemas.js';

/** Of the interface, not of the program: raised when callers have to know. */
const INTERFACE_VERSION = '1.0.0';
const KEY_SCHEME = 'apiKey';

const TAGS = [
  { name: 'Chat', description: 'Conversations and text.' },
  { name: 'Embeddings and rerank', description: 'What search is made of.' },
  { name: 'Audio', description: 'Speech to text.' },
  { name: 'Invocations', description: 'Models with a dialect of their own.' },
  { name: 'Models', description: 'What can be called.' },
  { name: 'Files', description: 'Input and output of batches.' },
  { name: 'Uploads', description: 'Files in parts.' },
  { name: 'Batches', description: 'Many calls that have time.' },
  { name: 'Jobs', description: 'All that runs in the background, batches among it.' },
  { name: 'Webhooks', description: 'Who is told when a job has ended.' },
  { name: 'Operation', description: 'Health, metrics, documentation.' },
];

const ANY_FAILURE: ResponseObject = {
  description: 'What went wrong, in the same form everywhere. `x-request-id` names the request.',
  content: json(reference('Error')),
};

/** The OpenAPI document of the routes that this process really answers. */
export function createDocument(routes: readonly { readonly method: string; readonly path: string }[]): OpenApiDocument {
  const registered = new Set(routes.map(({ method, path }) => routeKey(method, path)));
  const operations = OPERATIONS.filter(({ method, path }) => registered.has(routeKey(method, path)));
  const used = new Set(operations.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: INTERFACE_VERSION,
      description:
        'One OpenAI-compatible API for models on Amazon SageMaker. Any OpenAI SDK works with this base URL and a key. Paths under `/v1` answer without it too.',
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: TAGS.filter(({ name }) => used.has(name)),
    security: [{ [KEY_SCHEME]: [] }],
    paths: toPaths(operations),
    components: {
      schemas: {
        ...CHAT_SCHEMAS,
        ...VECTOR_SCHEMAS,
        ...RESOURCE_SCHEMAS,
        ...UPLOAD_SCHEMAS,
        ...JOB_SCHEMAS,
        ...WEBHOOK_SCHEMAS,
      },
      securitySchemes: {
        [KEY_SCHEME]: { type: 'http', scheme: 'bearer', description: 'The API key that the operator gave you.' },
      },
    },
  };
}

function toPaths(operations: readonly OperationDefinition[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, tag, open, responses, ...rest } of operations) {
    const item = (paths[path] ??= {});
    item[method] = {
      ...rest,
      tags: [tag],
      ...(open === true ? { security: [] } : {}),
      responses: { ...responses, default: ANY_FAILURE },
    };
  }
  return paths;
}
