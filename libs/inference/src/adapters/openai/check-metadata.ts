import { GatewayError, type JsonBody } from '#platform';
import { optionalValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';

/** OpenAI's bounds. */
const MAX_PAIRS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** @throws GatewayError when `metadata` breaks one of OpenAI's bounds. */
export function checkMetadata(body: JsonBody): void {
  const metadata = optionalValue(body, 'metadata');
  if (metadata === undefined) return;
  if (!isObject(metadata)) throw wrongType('metadata', 'an object', metadata);
  const pairs = Object.entries(metadata);
  if (pairs.length > MAX_PAIRS) {
    const message = `Invalid 'metadata': too many properties. Expected an object with at most ${MAX_PAIRS} properties, but got an object with ${pairs.length} properties instead.`;
    throw new GatewayError('object_above_max_properties', message, { param: 'metadata' });
  }
  for (const [key, value] of pairs) checkPair(key, value);
}

function checkPair(key: string, value: unknown): void {
  const param = `metadata.${key.slice(0, MAX_KEY_LENGTH)}`;
  if (key.length > MAX_KEY_LENGTH) throw tooLong(param, MAX_KEY_LENGTH, key.length);
  if (typeof value !== 'string') throw wrongType(param, 'a string', value);
  if (value.length > MAX_VALUE_LENGTH) throw tooLong(param, MAX_VALUE_LENGTH, value.length);
}

function tooLong(param: string, most: number, length: number): GatewayError {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`;
  return new GatewayError('string_above_max_length', message, { param });
}
