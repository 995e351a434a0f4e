import type { EmbeddingsOrder, JobEndpoint } from '#contracts';
import { readEmbeddingInputs } from '#inference';
import type { JsonBody } from '#platform';

/** Characters that a number of an embedding takes at most; as base64 four bytes take five and a third. */
const BYTES_PER_NUMBER = { float: 24, base64: 16 / 3 } as const;
/** What stands around the embeddings in a row: its ids, the names, the usage. */
const BYTES_PER_ROW = 1024;
const BYTES_PER_EMBEDDING = 64;

/** What a request line's output takes at most; `undefined` where the request does not say how long its embeddings are. */
export function mostReplyBytes(endpoint: JobEndpoint, body: JsonBody): number | undefined {
  if (endpoint !== '/v1/embeddings' || body.kind('dimensions') !== 'number') return undefined;
  const inputs = readEmbeddingInputs(body);
  if (inputs === undefined) return undefined;
  const encodingFormat = body.isText('encoding_format', 'base64') ? 'base64' : 'float';
  return bytesOf(inputs.count, { dimensions: Number(body.value('dimensions')), encodingFormat });
}

/** The same of a line of an embeddings job, whose lines hold one text each. */
export function mostReplyBytesOfOrder({ dimensions, encodingFormat }: EmbeddingsOrder): number | undefined {
  return dimensions === null ? undefined : bytesOf(1, { dimensions, encodingFormat });
}

/** Dimensions that no model has are refused, in a row without embeddings. */
function bytesOf(
  count: number,
  { dimensions, encodingFormat }: { readonly dimensions: number; readonly encodingFormat: 'float' | 'base64' },
): number {
  const numbers = Math.max(0, dimensions) * BYTES_PER_NUMBER[encodingFormat];
  return BYTES_PER_ROW + count * (BYTES_PER_EMBEDDING + numbers);
}
