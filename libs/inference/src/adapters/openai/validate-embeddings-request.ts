import { GatewayError, type JsonBody } from '#platform';
import { EMBEDDING_ENCODINGS, type EmbeddingEncoding } from '../embeddings/embedding-encodings.js';
import {
  arrayTooLong,
  checkNumber,
  emptyArray,
  missing,
  optionalValue,
  unsupportedValue,
  wrongType,
} from './field-checks.js';
import { isObject } from './is-object.js';
import { walkEmbeddingInput, type InputWalk } from './walk-embedding-input.js';

export interface EmbeddingsRequest {
  /** Number of inputs that embeddings are owed for; `undefined` for vLLM's multimodal form, `messages` in place of `input`. */
  readonly inputs: number | undefined;
  readonly encoding: EmbeddingEncoding;
}

/** OpenAI's own bound; clients that batch rely on it. */
export const MAX_INPUTS = 2048;
const EXPECTED_INPUT = 'one of a string, array of strings, array of integers, or array of arrays of integers';

/**
 * Checks the envelope of an embeddings request in OpenAI's words.
 *
 * @param options Whether the model takes objects among its inputs.
 * @throws GatewayError with `param` naming the field.
 */
export function validateEmbeddingsRequest(body: JsonBody, { objects = false } = {}): EmbeddingsRequest {
  const inputs = objects ? (countItems(body) ?? countInputs(body)) : countInputs(body);
  const encoding = readEncoding(body);
  checkNumber(body, 'dimensions', { kind: 'integer', min: 1 });
  return { inputs, encoding };
}

/** Number of inputs where objects (images, pairs of text and image) stand among them. */
function countItems(body: JsonBody): number | undefined {
  const items = body.kind('input') === 'array' ? (body.value('input') as unknown[]) : [];
  if (!items.some(isObject)) return undefined;
  const wrong = items.findIndex((item) => typeof item !== 'string' && !isObject(item));
  if (wrong !== -1) throw wrongType(`input[${wrong}]`, 'one of a string or object', items[wrong]);
  if (items.length > MAX_INPUTS) throw arrayTooLong('input', MAX_INPUTS, items.length);
  return items.length;
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
