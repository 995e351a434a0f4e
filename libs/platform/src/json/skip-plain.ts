import { BACKSLASH, QUOTE } from './json-characters.js';

/** 1 for a byte that a string holds as it is. */
const IS_PLAIN = new Uint8Array(256).fill(1).fill(0, 0, 0x20);
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[BACKSLASH] = 0;
const STRIDE = 4;

/** Steps over bytes that are nothing but content, four at a time: a branch for each would cost more than the bytes. */
export function skipPlain(bytes: Buffer, start: number): number {
  const last = bytes.length - STRIDE;
  let at = start;
  while (at <= last && (plain(bytes, at) & plain(bytes, at + 1) & plain(bytes, at + 2) & plain(bytes, at + 3)) === 1)
    at += STRIDE;
  return at;
}

function plain(bytes: Buffer, at: number): number {
  return IS_PLAIN[bytes[at] ?? 0] ?? 0;
}
