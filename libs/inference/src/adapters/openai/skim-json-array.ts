import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  endOfString,
  isDigit,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
} from './json-bytes.js';

const CAPITAL_N = 0x4e;
const CAPITAL_I = 0x49;
const BROKEN = -1;
const NOT_IN_NUMBERS = [QUOTE, OPEN_ARRAY, OPEN_OBJECT];

/**
 * The elements of a JSON array, each as its own bytes; strings and arrays of numbers are passed over by native search.
 * It checks structure, not every character. `undefined` means that the bytes are no complete array, or hold `NaN` or
 * `Infinity` where numbers belong.
 */
export function skimJsonArray(bytes: Buffer): Buffer[] | undefined {
  const elements: Buffer[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_ARRAY) return undefined;
  at = skipSpace(bytes, at + 1);
  let more = bytes[at] !== CLOSE_ARRAY;
  while (more) {
    const end = endOfElement(bytes, at);
    if (end <= at) return undefined;
    elements.push(bytes.subarray(at, end));
    at = skipSpace(bytes, end);
    more = bytes[at] === COMMA;
    if (more) at = skipSpace(bytes, at + 1);
  }
  return bytes[at] === CLOSE_ARRAY && skipSpace(bytes, at + 1) === bytes.length ? elements : undefined;
}

function endOfElement(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return endOfString(bytes, start);
  return first === OPEN_ARRAY || first === OPEN_OBJECT ? endOfContainer(bytes, start) : endOfScalar(bytes, start);
}

function endOfScalar(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte === CAPITAL_N || byte === CAPITAL_I) return BROKEN;
    if (byte === COMMA || byte === CLOSE_ARRAY || byte <= 0x20) return at;
    at++;
  }
}

function endOfContainer(bytes: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const behind = passOver(bytes, at);
    if (behind === BROKEN) return BROKEN;
    if (behind === at) {
      depth += depthChange(bytes[at]);
      at++;
    } else {
      at = behind;
    }
  } while (depth > 0);
  return at;
}

/** Offset behind the string or array of numbers that begins at `at`; `at` itself when neither does. */
function passOver(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined || byte === CAPITAL_N || byte === CAPITAL_I) return BROKEN;
  if (byte === QUOTE) return endOfString(bytes, at);
  return byte === OPEN_ARRAY ? endOfNumbers(bytes, at) : at;
}

/** Offset behind an array of plain numbers; the array's own offset when it holds anything else. */
function endOfNumbers(bytes: Buffer, open: number): number {
  const first = bytes[skipSpace(bytes, open + 1)];
  if (!isDigit(first) && first !== MINUS) return open;
  const close = bytes.indexOf(CLOSE_ARRAY, open);
  if (close === -1) return BROKEN;
  const inside = bytes.subarray(open + 1, close);
  if (inside.includes(CAPITAL_N) || inside.includes(CAPITAL_I)) return BROKEN;
  return NOT_IN_NUMBERS.some((byte) => inside.includes(byte)) ? open : close + 1;
}

function depthChange(byte: number | undefined): number {
  if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_ARRAY || byte === CLOSE_OBJECT ? -1 : 0;
}
