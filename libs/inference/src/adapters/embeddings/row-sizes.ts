import type { EmbeddingEncoding } from './embedding-encodings.js';

/** Floats of an embedding as decimal text, and what surrounds each embedding. */
const BYTES_PER_FLOAT_TEXT = 20;
const BYTES_PER_FLOAT_BASE64 = (4 * 4) / 3;
const BYTES_AROUND_ROW = 80;
/** Estimates are no promises. */
const FILL = 0.9;

/** Number of embeddings that fit a reply. */
export function rowsPerReply(payloadBytes: number, dimensions: number, encoding: EmbeddingEncoding): number {
  return Math.max(1, Math.floor((payloadBytes * FILL) / rowBytes(dimensions, encoding)));
}

export function rowBytes(dimensions: number, encoding: EmbeddingEncoding): number {
  return dimensions * (encoding === 'base64' ? BYTES_PER_FLOAT_BASE64 : BYTES_PER_FLOAT_TEXT) + BYTES_AROUND_ROW;
}
