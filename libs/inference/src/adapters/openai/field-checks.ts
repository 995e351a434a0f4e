import { GatewayError, type JsonBody } from '#platform';
import type { ErrorReason } from '#contracts';

/** A value's kind with its article, as OpenAI's messages name it. */
function describeKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'boolean' ? 'a boolean' : 'an object';
}

export function missing(param: string): GatewayError {
  return new GatewayError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param });
}

export function wrongType(param: string, expected: string, value: unknown): GatewayError {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${describeKind(value)} instead.`;
  return new GatewayError('invalid_type', message, { param });
}

export function emptyArray(param: string): GatewayError {
  const message = `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
  return new GatewayError('empty_array', message, { param });
}

export function arrayTooLong(param: string, most: number, length: number): GatewayError {
  const message = `Invalid '${param}': array too long. Expected an array with maximum length ${most}, but got an array with length ${length} instead.`;
  return new GatewayError('array_above_max_length', message, { param });
}

export function unsupportedValue(param: string, value: string, supported: readonly string[]): GatewayError {
  const names = supported.map((name) => `'${name}'`);
  const list = names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}`;
  const message = `Invalid value: '${value.slice(0, 100)}'. Supported values are: ${list}.`;
  return new GatewayError('invalid_value', message, { param });
}

export interface NumberBounds {
  readonly kind: 'integer' | 'decimal';
  readonly min: number;
  readonly max?: number;
}

/** Checks an optional number of the body; null counts as absent, as everywhere in OpenAI's API. */
export function checkNumber(body: JsonBody, key: string, { kind, min, max }: NumberBounds): void {
  const value = optionalValue(body, key);
  if (value === undefined) return;
  if (typeof value !== 'number' || (kind === 'integer' && !Number.isInteger(value))) {
    throw wrongType(key, kind === 'integer' ? 'an integer' : 'a decimal', value);
  }
  if (value < min)
    throw outOfBounds(key, `${kind} below minimum value`, [`>= ${min}`, value, `${kind}_below_min_value`]);
  if (max !== undefined && value > max) {
    throw outOfBounds(key, `${kind} above maximum value`, [`<= ${max}`, value, `${kind}_above_max_value`]);
  }
}

export function checkBoolean(body: JsonBody, key: string): void {
  const value = optionalValue(body, key);
  if (value !== undefined && typeof value !== 'boolean') throw wrongType(key, 'a boolean', value);
}

/** A member's decoded value; `undefined` for absent and null alike. */
export function optionalValue(body: JsonBody, key: string): unknown {
  const kind = body.kind(key);
  return kind === undefined || kind === 'null' ? undefined : body.value(key);
}

function outOfBounds(
  param: string,
  complaint: string,
  [bound, value, reason]: [string, number, ErrorReason],
): GatewayError {
  return new GatewayError(
    reason,
    `Invalid '${param}': ${complaint}. Expected a value ${bound}, but got ${value} instead.`,
    { param },
  );
}
