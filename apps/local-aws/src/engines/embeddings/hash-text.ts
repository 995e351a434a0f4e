// FNV-1a, 32 bit: offset basis and prime from its specification.
export const fnvBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** Continues an FNV-1a hash over the UTF-16 units of a part of a text. */
export function hashText(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  return hash;
}

/** Spreads the bits of a hash (the finaliser of MurmurHash3), so that its low and high bits can be used apart. */
export function scrambleHash(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
