import { CLOSE_ARRAY, COMMA, endOfString, isDigit, OPEN_ARRAY, QUOTE, skipSpace } from './json-bytes.js';

/** What stands in an `input` array, told from each element's first byte. */
type InputKind = 'string' | 'integer' | 'tokens' | 'other';

export interface InputWalk {
  readonly length: number;
  /** Kind of the first element; `undefined` for an empty array. */
  readonly kind: InputKind | undefined;
  /** The first element that is empty, of another kind than the first, or no list of whole numbers. */
  readonly fault: { readonly index: number; readonly problem: 'empty' | 'kind' } | undefined;
}

const IS_TOKEN_BYTE = new Uint8Array(256);
for (const byte of Buffer.from('0123456789, \n\r\t')) IS_TOKEN_BYTE[byte] = 1;

/**
 * Looks through an `input` array that has been scanned as well-formed JSON, without decoding it: a million inputs or a
 * few megabytes of token ids would otherwise block the process for tens of milliseconds.
 *
 * @param bytes The array's own bytes, from `[` to `]`.
 */
export function walkEmbeddingInput(bytes: Buffer): InputWalk {
  let at = skipSpace(bytes, 1);
  let length = 0;
  let kind: InputKind | undefined;
  let fault: InputWalk['fault'];
  while (bytes[at] !== CLOSE_ARRAY) {
    const element = readElement(bytes, at);
    kind ??= element.kind;
    if (fault === undefined && element.isEmpty) fault = { index: length, problem: 'empty' };
    if (fault === undefined && (element.kind !== kind || kind === 'other')) fault = { index: length, problem: 'kind' };
    length++;
    at = skipSpace(bytes, element.end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return { length, kind, fault };
}

interface Element {
  readonly kind: InputKind;
  readonly end: number;
  readonly isEmpty: boolean;
}

function readElement(bytes: Buffer, start: number): Element {
  const first = bytes[start];
  if (first === QUOTE) {
    const end = endOfString(bytes, start);
    return { kind: 'string', end, isEmpty: end - start === 2 };
  }
  if (isDigit(first)) {
    const end = endOfTokens(bytes, start, COMMA);
    if (bytes[end] === COMMA || bytes[end] === CLOSE_ARRAY) return { kind: 'integer', end, isEmpty: false };
  }
  if (first === OPEN_ARRAY) {
    const end = endOfTokens(bytes, start + 1, CLOSE_ARRAY);
    if (bytes[end] === CLOSE_ARRAY) {
      return { kind: 'tokens', end: end + 1, isEmpty: skipSpace(bytes, start + 1) === end };
    }
  }
  // Everything behind an element of another kind is refused with it, so the walk may end here.
  return { kind: 'other', end: bytes.length - 1, isEmpty: false };
}

function endOfTokens(bytes: Buffer, start: number, stop: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte === stop || IS_TOKEN_BYTE[byte] !== 1) return at;
    at++;
  }
}
