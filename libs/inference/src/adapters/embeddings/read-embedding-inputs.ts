import type { JsonBody } from '#platform';
import { MAX_INPUTS } from '../openai/validate-embeddings-request.js';
import { walkEmbeddingInput } from '../openai/walk-embedding-input.js';

/** The inputs of one embeddings request, as they may be put into a list with those of others. */
export interface EmbeddingInputs {
  /** Texts and token ids never stand in one list. */
  readonly kind: 'text' | 'tokens';
  /** Number of embeddings that are owed for them. */
  readonly count: number;
  /** JSON text of the elements, separated by commas, without the brackets around them. */
  readonly elements: Buffer;
}

/** The inputs of a well-formed request; `undefined` for one that has none, holds anything but text or tokens, or is at fault. */
export function readEmbeddingInputs(body: JsonBody): EmbeddingInputs | undefined {
  const raw = body.raw('input');
  if (raw === undefined) return undefined;
  if (body.kind('input') === 'string') {
    return raw.length > 2 ? { kind: 'text', count: 1, elements: raw } : undefined;
  }
  if (body.kind('input') !== 'array') return undefined;
  const { kind, length, fault } = walkEmbeddingInput(raw);
  if (fault !== undefined) return undefined;
  // A list of numbers is one input: a text that the caller has cut into tokens.
  if (kind === 'integer') return { kind: 'tokens', count: 1, elements: raw };
  if (length > MAX_INPUTS) return undefined;
  const elements = raw.subarray(1, raw.length - 1);
  if (kind === 'string') return { kind: 'text', count: length, elements };
  return kind === 'tokens' ? { kind: 'tokens', count: length, elements } : undefined;
}
