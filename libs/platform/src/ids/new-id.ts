import { randomBytes } from 'node:crypto';

/** An id in OpenAI's manner: a prefix and 24 hexadecimal digits of chance, e.g. `req_6f…`. */
export function newId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`;
}

const TIME_DIGITS = 9;
const TAIL_CHARACTERS = 12;
const MAX_TIME = 36 ** TIME_DIGITS - 1;

/**
 * An id whose first characters hold the inverted creation time (milliseconds, base 36), so that plain ascending order
 * of keys is newest first, and 12 characters of chance behind them.
 */
export function newTimeOrderedId(prefix: string, nowMs: number): string {
  return timeOrderedId(prefix, nowMs, randomBytes(8).readBigUInt64BE().toString(36));
}

/** The same with a given tail instead of chance: its last 12 characters, for ids that follow from something else. */
export function timeOrderedId(prefix: string, timeMs: number, tail: string): string {
  const inverted = (MAX_TIME - timeMs).toString(36).padStart(TIME_DIGITS, '0');
  return `${prefix}${inverted}${tail.padStart(TAIL_CHARACTERS, '0').slice(-TAIL_CHARACTERS)}`;
}

/** The creation time, in milliseconds, that `newTimeOrderedId` put into an id; `undefined` for a text that is no such id. */
export function timeOfId(prefix: string, id: string): number | undefined {
  if (!id.startsWith(prefix)) return undefined;
  const digits = id.slice(prefix.length, prefix.length + TIME_DIGITS);
  if (!/^[0-9a-z]{9}$/.test(digits) || id.length !== prefix.length + TIME_DIGITS + TAIL_CHARACTERS) return undefined;
  return MAX_TIME - Number.parseInt(digits, 36);
}
