import { GatewayError, type JsonBody } from '#platform';
import { EMBEDDING_ENCODINGS, type EmbeddingEncoding } from './convert-embeddings.js';
import {
  arrayTooLong,
  checkNumber,
  emptyArray,
  missing,
  optionalValue,
  unsupportedValue,
  wrongType,
} from './field-checks.js';
import { walkEmbeddingInput, type InputWalk } from './walk-embedding-input.js';

export interface EmbeddingsRequest {
  /** Number of inputs that embeddings are owed for; `undefined` for vLLM's multimodal form, `messages` in place of `input`. */
  readonly inputs: number | undefined;
  readonly encoding: EmbeddingEncoding;
}

/** OpenAI's own bound; clients that batch rely on it. */
const MAX_INPUTS = 2048;
const EXPECTED_INPUT = 'one of a string, array of strings, array of integers, or array of arrays of integers';

/**
 * Checks the envelope of an embeddings request in OpenAI's words.
 *
 * @throws GatewayError with `param` naming the field.
 */
export function validateEmbeddingsRequest(body: JsonBody): EmbeddingsRequest {
  const inputs = countInputs(body);
  const encoding = readEncoding(body);
  checkNumber(body, 'dimensions', { kind: 'integer', min: 1 });
  return { inputs, encoding };
}

function countInputs(body: JsonBody): number | undefined {
  const kind = body.kind('input') ?? 'null';
  const raw = body.raw('input');
  if (kind === 'null' || raw === undefined) {
    if (body.kind('messages') === 'array') return undefined;
    throw missing('input');
  }
  if (kind === 'array') return countArray(walkEmbeddingInput(raw));
  if (kind !== 'string') throw wrongType('input', EXPECTED_INPUT, body.value('input'));
  if (raw.length === 2) throw emptyInput('input');
  return 1;
}

function countArray({ length, kind, fault }: InputWalk): number {
  if (kind === undefined) throw emptyArray('input');
  if (fault !== undefined) {
    const param = `input[${fault.index}]`;
    if (fault.problem === 'empty') throw kind === 'tokens' ? emptyArray(param) : emptyInput(param);
    throw new GatewayError('invalid_type', `Invalid type for '${param}': expected 'input' to be ${EXPECTED_INPUT}.`, {
      param,
    });
  }
  if (kind === 'integer') return 1;
  if (length > MAX_INPUTS) throw arrayTooLong('input', MAX_INPUTS, length);
  return length;
}

function emptyInput(param: string): GatewayError {
  return new GatewayError('invalid_request', `'$.${param}' is invalid: it must not be an empty string.`, { param });
}

function readEncoding(body: JsonBody): EmbeddingEncoding {
  const value = optionalValue(body, 'encoding_format');
  if (value === undefined) return 'float';
  if (typeof value !== 'string') throw wrongType('encoding_format', 'a string', value);
  const encoding = EMBEDDING_ENCODINGS.find((known) => known === value);
  if (encoding === undefined) throw unsupportedValue('encoding_format', value, EMBEDDING_ENCODINGS);
  return encoding;
}
