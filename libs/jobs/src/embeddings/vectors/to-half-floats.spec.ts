import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/index.js';
import { toHalfFloats } from './to-half-floats.js';

/** What stands in 16 bits, by the definition of the format. */
function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function convert(numbers: readonly number[]): number[] {
  const floats = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) floats.writeFloatLE(number, index * 4);
  const halves = toHalfFloats(floats);
  return numbers.map((_, index) => halves.readUInt16LE(index * 2));
}

describe('toHalfFloats', () => {
  it('keeps every number that 16 bits can say', () => {
    const all = Array.from({ length: 65_536 }, (_, half) => half).filter((half) => !Number.isNaN(valueOf(half)));
    expect(convert(all.map(valueOf))).toEqual(all);
  });

  it('rounds all others to the nearest, and to the even one of two', () => {
    const random = seededRandom(7);
    const between = Array.from({ length: 31_743 }, (_, half) => half).flatMap((half) => {
      const [low, high] = [valueOf(half), valueOf(half + 1)];
      const middle = (low + high) / 2;
      const even = half % 2 === 0 ? half : half + 1;
      const number = Math.fround(low + (high - low) * random());
      const nearest = number < middle ? half : half + 1;
      return [
        { number: middle, half: even },
        { number, half: number === middle ? even : nearest },
      ];
    });
    expect(convert(between.map(({ number }) => number))).toEqual(between.map(({ half }) => half));
    expect(convert(between.map(({ number }) => -number))).toEqual(between.map(({ half }) => half | 0x8000));
  });

  it('makes what is too large infinite, what is too small nothing, and knows what is no number', () => {
    expect(convert([65_519, 65_520, 1e30, -Infinity, 2 ** -25, 2 ** -26, NaN])).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 0, 0x7e00,
    ]);
  });
});
