import { GatewayError } from '#platform';
import type { Operation } from '../inference.types.js';
import { OPERATIONS_OF_TYPE, type ModelEntry, type ModelType } from './model-entry.types.js';

const NAME_OF_OPERATION = {
  chat: 'chat completions',
  completions: 'completions',
  embeddings: 'embeddings',
  rerank: 'rerank',
  invocations: 'invocations',
  transcriptions: 'transcriptions',
  translations: 'translations',
} as const satisfies Record<Operation, string>;

const ROUTE_OF_TYPE = {
  chat: 'POST /v1/chat/completions',
  vision: 'POST /v1/chat/completions',
  embedding: 'POST /v1/embeddings',
  rerank: 'POST /v1/rerank',
  transcription: 'POST /v1/audio/transcriptions',
  custom: 'POST /v1/invocations',
} as const satisfies Record<ModelType, string>;

/** @throws GatewayError `unsupported_model` naming the route that the model does answer. */
export function checkModelType(entry: ModelEntry, operation: Operation): void {
  const supported: readonly Operation[] = OPERATIONS_OF_TYPE[entry.type];
  if (supported.includes(operation)) return;
  throw new GatewayError(
    'unsupported_model',
    `The model '${entry.id}' does not support ${NAME_OF_OPERATION[operation]}: it is of type ${entry.type}. Use ${ROUTE_OF_TYPE[entry.type]} for it, or name another model.`,
    { param: 'model' },
  );
}
