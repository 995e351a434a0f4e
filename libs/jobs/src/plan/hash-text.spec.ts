import { describe, expect, it } from 'vitest';
import { hashText } from './hash-text.js';

const SEEDS = { first: 1, second: 2 };

describe('hashText', () => {
  it('gives the same text the same hash, and other seeds another', () => {
    expect(hashText('line-1', SEEDS)).toEqual(hashText('line-1', SEEDS));
    expect(hashText('line-1', { first: 3, second: 4 })).not.toEqual(hashText('line-1', SEEDS));
  });

  it('tells a text from the same with a NUL behind it', () => {
    expect(hashText('abc\0', SEEDS)).not.toEqual(hashText('abc', SEEDS));
  });

  // Of n random words of 32 bits n * n / 2^33 pairs are equal: 4.7 among 200,000, and more than 20 in one case of 10^7.
  it('has halves that are each as good as random over ids that count up', () => {
    const halves = [new Set<number>(), new Set<number>()] as const;
    const count = 200_000;
    for (let index = 0; index < count; index++) {
      const [first, second] = hashText(`line-${index}`, SEEDS);
      halves[0].add(first);
      halves[1].add(second);
    }
    expect(count - halves[0].size).toBeLessThan(20);
    expect(count - halves[1].size).toBeLessThan(20);
  });
});
