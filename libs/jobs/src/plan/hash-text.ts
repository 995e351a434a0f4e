/** Where the two halves of a hash begin; any 32-bit numbers. */
export interface HashSeeds {
  readonly first: number;
  readonly second: number;
}

// Odd numbers without a pattern in their bits: the multipliers that xxHash and MurmurHash3 were published with.
const FIRST_IN = 0x85ebca77;
const FIRST_OUT = 0x9e3779b1;
const SECOND_IN = 0xcc9e2d51;
const SECOND_OUT = 0x1b873593;
const SECOND_STEP = 0xe6546b64;
const MIX_ONE = 0x85ebca6b;
const MIX_TWO = 0xc2b2ae35;

/**
 * 64 bits of a text's UTF-16 units, as two signed words: two hashes of 32 bits with seeds and multipliers of their own. Not
 * cryptographic, and some ten times cheaper than SHA-256 for the length of an id. UTF-8 would not do: it has one
 * spelling for all halves of surrogate pairs.
 */
export function hashText(text: string, seeds: HashSeeds): [number, number] {
  let first = seeds.first ^ text.length;
  let second = seeds.second ^ text.length;
  for (let at = 0; at < text.length; at += 2) {
    // Behind the end of an odd text stands 0, which the length tells from a NUL.
    const pair = text.charCodeAt(at) | (at + 1 < text.length ? text.charCodeAt(at + 1) << 16 : 0);
    first = Math.imul(rotate(first + Math.imul(pair, FIRST_IN), 13), FIRST_OUT);
    second ^= Math.imul(rotate(Math.imul(pair, SECOND_IN), 15), SECOND_OUT);
    second = (Math.imul(rotate(second, 13), 5) + SECOND_STEP) | 0;
  }
  return [finish(first), finish(second)];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Lets every bit bear on every other. */
function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), MIX_ONE);
  mixed = Math.imul(mixed ^ (mixed >>> 13), MIX_TWO);
  return mixed ^ (mixed >>> 16);
}
