import { embeddingsDialectOf } from '../adapters/embeddings/embeddings-dialect-of.js';
import type { EmbeddingEncoding } from '../adapters/embeddings/embedding-encodings.js';
import { MAX_INPUTS } from '../adapters/openai/validate-embeddings-request.js';
import type { AdapterName, ModelEntry, ModelOptions } from './model-entry.types.js';

/** Bounds of a call that the inputs of several requests share. */
export interface PackLimits {
  readonly inputs: number;
  /** Estimated tokens. */
  readonly tokens: number;
  /** Milliseconds that a call should take at most. */
  readonly targetMs: number;
  /** Bytes that a request, and as many that a reply may have. */
  readonly payloadBytes: number;
  /** How large replies come from the model server, which says how many embeddings fit one. */
  readonly replyEncoding: EmbeddingEncoding;
}

/** OpenAI's bound, TEI's `max_client_batch_size`, and what a backend that embeds all at once can be trusted with. */
const MOST_INPUTS: Partial<Record<AdapterName, number>> = { openai: MAX_INPUTS, tei: 32, 'emd-transformers': 32 };
/** TEI's own `max_batch_tokens`; engines cut larger batches into several, which only makes calls long. */
const MOST_TOKENS = 16_384;
const TARGET_MS = 1_000;

/** How far requests to a model may share calls; `undefined` when each must have its own. */
export function packLimitsOf({ type, adapter, options, limits }: ModelEntry): PackLimits | undefined {
  const inputs = options.packing?.inputs ?? MOST_INPUTS[adapter] ?? 1;
  if (type !== 'embedding' || inputs === 1) return undefined;
  return {
    inputs,
    tokens: options.packing?.tokens ?? MOST_TOKENS,
    targetMs: options.packing?.targetMs ?? usualTargetMs(options),
    payloadBytes: limits.payloadBytes,
    replyEncoding: embeddingsDialectOf(adapter).choosesEncoding ? 'base64' : 'float',
  };
}

/** Asynchronous calls wait in SageMaker's queue for minutes, whatever they hold: their time says little of their size. */
function usualTargetMs({ async: asynchronous }: ModelOptions): number {
  return asynchronous === undefined ? TARGET_MS : asynchronous.timeoutSeconds * 1000;
}
