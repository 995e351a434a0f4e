import { EngineRejection } from './engine-rejection.js';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export interface NumberBounds {
  readonly min: number;
  readonly max?: number;
}

/** An optional whole number; `null` counts as absent, as everywhere in OpenAI's API. */
export function readInteger(fields: Fields, name: string, bounds: NumberBounds): number | undefined {
  const value = readNumber(fields, name, bounds);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new EngineRejection(`${name} must be a whole number, got ${value}.`, name);
  }
  return value;
}

function readNumber(fields: Fields, name: string, bounds: NumberBounds): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw new EngineRejection(`${name} must be a number.`, name);
  if (value < bounds.min) throw new EngineRejection(`${name} must be at least ${bounds.min}, got ${value}.`, name);
  if (bounds.max !== undefined && value > bounds.max) {
    throw new EngineRejection(`${name} must be at most ${bounds.max}, got ${value}.`, name);
  }
  return value;
}

export function readBoolean(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new EngineRejection(`${name} must be true or false.`, name);
  return value;
}

/**
 * Tokens that an answer has at least. `min_tokens` and `ignore_eos` are vLLM's own: with the latter an answer goes on to
 * its token limit, which is how benchmarks get answers of a known length.
 */
export function readMinTokens(fields: Fields, maxTokens: number | undefined): number {
  const minTokens = readInteger(fields, 'min_tokens', { min: 0 }) ?? 0;
  const wanted = readBoolean(fields, 'ignore_eos') && maxTokens !== undefined ? maxTokens : minTokens;
  if (maxTokens !== undefined && wanted > maxTokens) {
    throw new EngineRejection(
      `min_tokens must be less than or equal to max_tokens=${maxTokens}, got ${wanted}.`,
      'min_tokens',
    );
  }
  return wanted;
}

/** `stop`: absent, one sequence or a list of them. */
export function readStop(fields: Fields): readonly string[] {
  const { stop } = fields;
  if (stop === undefined || stop === null) return [];
  const sequences = typeof stop === 'string' ? [stop] : stop;
  if (!isStringArray(sequences)) throw new EngineRejection('stop must be a string or an array of strings.', 'stop');
  if (sequences.includes('')) throw new EngineRejection('stop must not hold an empty string.', 'stop');
  return sequences;
}

/** `stream_options.include_usage`, refused where there is no stream to put it in. */
export function readIncludeUsage(fields: Fields, stream: boolean): boolean {
  const options = fields['stream_options'];
  if (options === undefined || options === null) return false;
  if (!stream) throw new EngineRejection('Stream options can only be defined when `stream=True`.', 'stream_options');
  if (!isFields(options)) throw new EngineRejection('stream_options must be an object.', 'stream_options');
  return readBoolean(options, 'include_usage');
}

/** Bounds that every generating call shares; the engines are deterministic, so the values only have to be possible. */
export function checkSamplingBounds(fields: Fields): void {
  readNumber(fields, 'temperature', { min: 0, max: 2 });
  readNumber(fields, 'top_p', { min: 0, max: 1 });
  readNumber(fields, 'frequency_penalty', { min: -2, max: 2 });
  readNumber(fields, 'presence_penalty', { min: -2, max: 2 });
}
