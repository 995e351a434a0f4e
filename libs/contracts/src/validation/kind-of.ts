const KINDS: Readonly<Record<string, string>> = { string: 'a string', boolean: 'a boolean', object: 'an object' };

/** A decoded JSON value's kind with its article, for messages: `an array`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return KINDS[typeof value] ?? `a ${typeof value}`;
}
