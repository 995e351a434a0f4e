export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const MINUS = 0x2d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** Below this length a loop in JavaScript beats the call into native search. */
const SHORT_STRING = 32;

export function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** Offset behind the string that begins at `from`; -1 when it is not closed. Long strings are searched natively. */
export function endOfString(bytes: Buffer, from: number): number {
  let at = from + 1;
  const shortEnd = Math.min(at + SHORT_STRING, bytes.length);
  while (at < shortEnd) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return -1;
    if (!isEscaped(bytes, quote, at)) return quote + 1;
    at = quote + 1;
  }
}

/** Whether an odd number of backslashes stands before `quote`; `floor` is known to begin a fresh character. */
function isEscaped(bytes: Buffer, quote: number, floor: number): boolean {
  let at = quote - 1;
  while (at >= floor && bytes[at] === BACKSLASH) at--;
  return (quote - 1 - at) % 2 === 1;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
