import type { HttpTarget } from '../../catalog/model-entry.types.js';
import type { Operation } from '../../inference.types.js';
import type { TransportRequest } from '../transport.port.js';

/** OpenAI's paths, and those that vLLM and SageMaker's containers share with each other. */
const PATHS = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
  embeddings: '/v1/embeddings',
  rerank: '/v1/rerank',
  invocations: '/invocations',
  transcriptions: '/v1/audio/transcriptions',
  translations: '/v1/audio/translations',
} as const satisfies Record<Operation, string>;

const USER_AGENT = 'sluice';

export interface HttpHead {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Where a call goes and the headers it has: none of them is the caller's, and no compression is asked for. */
export function writeHttpHead(target: HttpTarget, request: TransportRequest): HttpHead {
  const { origin, pathname } = new URL(target.baseUrl);
  const headers: Record<string, string> = { 'content-type': request.contentType, 'user-agent': USER_AGENT };
  if (request.inferenceId !== undefined) headers['x-request-id'] = request.inferenceId;
  if (target.apiKey !== undefined) headers['authorization'] = `Bearer ${target.apiKey}`;
  const prefix = pathname === '/' ? '' : pathname;
  return {
    origin,
    path: prefix + (request.path ?? PATHS[request.operation]),
    headers: { ...headers, ...target.headers },
  };
}
