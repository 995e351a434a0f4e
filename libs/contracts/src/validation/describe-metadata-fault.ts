import { isPlainObject } from './instantiate-contract.js';
import { kindOf } from './kind-of.js';
import type { ValidationFault } from './validation-fault.js';

/** OpenAI's bounds of `metadata`, as `IsMetadata` checks them. */
const MAX_PAIRS = 16;
const MAX_VALUE_LENGTH = 512;

/** Says which of the rules of `metadata` was broken, and by which key. */
export function describeMetadataFault(param: string, value: unknown, rules: string): ValidationFault {
  if (!isPlainObject(value)) {
    const message = `Invalid type for '${param}': expected an object, but got ${kindOf(value)} instead.`;
    return { reason: 'invalid_type', param, message };
  }
  const pairs: [string, unknown][] = Object.entries(value);
  if (pairs.length > MAX_PAIRS) {
    const message = `Invalid '${param}': too many properties. Expected an object with at most ${MAX_PAIRS} properties, but got an object with ${pairs.length} properties instead.`;
    return { reason: 'object_above_max_properties', param, message };
  }
  for (const [key, text] of pairs) {
    const path = `${param}.${key.slice(0, 64)}`;
    if (typeof text !== 'string') {
      const message = `Invalid type for '${path}': expected a string, but got ${kindOf(text)} instead.`;
      return { reason: 'invalid_type', param: path, message };
    }
    if (text.length > MAX_VALUE_LENGTH) {
      const message = `Invalid '${path}': string too long. Expected a string with maximum length ${MAX_VALUE_LENGTH}, but got a string with length ${text.length} instead.`;
      return { reason: 'string_above_max_length', param: path, message };
    }
  }
  return { reason: 'string_above_max_length', param, message: `Invalid '${param}': ${rules}.` };
}
