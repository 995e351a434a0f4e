import type { JobEndpoint } from '#contracts';
import type { Operation } from '#inference';

export const OPERATION_OF = {
  '/v1/embeddings': 'embeddings',
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completions',
  '/v1/rerank': 'rerank',
  '/v1/audio/transcriptions': 'transcriptions',
  '/v1/audio/translations': 'translations',
} as const satisfies Record<JobEndpoint, Operation>;
