/**
 * Numbers of 32 bits as numbers of 16, both little-endian, each rounded to the nearest, to the even one of two that are
 * equally near. What is too large becomes infinite, as IEEE 754 has it.
 */
export function toHalfFloats(floats: Buffer): Buffer {
  const halves = Buffer.allocUnsafe(floats.length / 2);
  for (let at = 0; at < halves.length; at += 2) halves.writeUInt16LE(toHalf(floats.readUInt32LE(at * 2)), at);
  return halves;
}

/** Of the exponents: 127 of a number of 32 bits, 15 of one of 16. */
const BIAS = 112;
const MOST_EXPONENT = 31;
const INFINITE = 0x7c00;
const NO_NUMBER = 0x7e00;

function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | (fraction === 0 ? INFINITE : NO_NUMBER);
  const place = exponent - BIAS;
  if (place >= MOST_EXPONENT) return sign | INFINITE;
  // Below the smallest normal number the leading one is written out, further to the right the smaller it is.
  if (place <= 0) return sign | (place < -10 ? 0 : shiftRounded(fraction | 0x800000, 14 - place));
  // Rounding up may carry into the exponent, which is the next number, and infinity behind the last.
  return sign | ((place << 10) + shiftRounded(fraction, 13));
}

function shiftRounded(value: number, shift: number): number {
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
