import type { EmbeddingsOrder, JobEndpoint } from '#contracts';
import { readEmbeddingInputs } from '#inference';
import type { JsonBody } from '#platform';

/** Characters that a number of an embedding takes at most; as base64 four bytes take five and a third. */
const BYTES_PER_NUMBER = { float: 24, base64: 16 / 3 } as const;
/**
 * What base64 is taken for where the request does not say how long its embeddings are. Twice the lines of a chunk follow from
 * it; should the model's be longer, they still take less than as many rows of floats as a chunk holds anyway.
 */
const USUAL_DIMENSIONS = 1024;
/** What stands around the embeddings in a row: its ids, the names, the usage. */
const BYTES_PER_ROW = 1024;
const BYTES_PER_EMBEDDING = 64;

/** What a request line's output takes at most; `undefined` where nobody can tell. */
export function mostReplyBytes(endpoint: JobEndpoint, body: JsonBody): number | undefined {
  if (endpoint !== '/v1/embeddings') return undefined;
  const dimensions = body.kind('dimensions') === 'number' ? Number(body.value('dimensions')) : null;
  const encodingFormat = body.isText('encoding_format', 'base64') ? 'base64' : 'float';
  if (dimensions === null && encodingFormat === 'float') return undefined;
  const inputs = readEmbeddingInputs(body);
  return inputs === undefined ? undefined : bytesOf(inputs.count, { dimensions, encodingFormat });
}

/** The same of a line of an embeddings job, whose lines hold one text each. */
export function mostReplyBytesOfOrder({ dimensions, encodingFormat }: EmbeddingsOrder): number | undefined {
  return dimensions === null && encodingFormat === 'float' ? undefined : bytesOf(1, { dimensions, encodingFormat });
}

/** Dimensions that no model has are refused, in a row without embeddings. */
function bytesOf(
  count: number,
  { dimensions, encodingFormat }: { readonly dimensions: number | null; readonly encodingFormat: 'float' | 'base64' },
): number {
  const numbers = Math.max(0, dimensions ?? USUAL_DIMENSIONS) * BYTES_PER_NUMBER[encodingFormat];
  return BYTES_PER_ROW + count * (BYTES_PER_EMBEDDING + numbers);
}
