import { garbage } from './upstream-answers.js';

export const EMBEDDING_ENCODINGS = ['float', 'base64'] as const;
export type EmbeddingEncoding = (typeof EMBEDDING_ENCODINGS)[number];

const BYTES_PER_FLOAT = Float32Array.BYTES_PER_ELEMENT;
const WHAT = 'a list of embeddings';

/**
 * JSON text of `data` with every embedding in the wanted encoding, for model servers that ignore `encoding_format`: some
 * SDKs read floats as base64 without noticing, so the wrong encoding must never reach a client.
 *
 * @throws UpstreamFailure `upstream_garbage`.
 */
export function convertEmbeddings(data: unknown, wanted: EmbeddingEncoding): string {
  if (!Array.isArray(data)) throw garbage(WHAT);
  const convert = wanted === 'base64' ? toBase64 : toFloats;
  return JSON.stringify(
    data.map((item: unknown) => {
      if (typeof item !== 'object' || item === null) throw garbage(WHAT);
      return { ...item, embedding: convert((item as { readonly embedding?: unknown }).embedding) };
    }),
  );
}

/** Little-endian float32, as OpenAI packs them. */
function toBase64(embedding: unknown): string {
  if (typeof embedding === 'string') return embedding;
  if (!isFloats(embedding)) throw garbage(WHAT);
  const bytes = Buffer.allocUnsafe(embedding.length * BYTES_PER_FLOAT);
  for (const [index, value] of embedding.entries()) bytes.writeFloatLE(value, index * BYTES_PER_FLOAT);
  return bytes.toString('base64');
}

function toFloats(embedding: unknown): readonly number[] {
  if (isFloats(embedding)) return embedding;
  if (typeof embedding !== 'string') throw garbage(WHAT);
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: Math.floor(bytes.length / BYTES_PER_FLOAT) }, (_, index) =>
    bytes.readFloatLE(index * BYTES_PER_FLOAT),
  );
}

function isFloats(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
