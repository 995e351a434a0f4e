import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/index.js';
import { apportion, apportionUsage } from './apportion.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('apportion', () => {
  it('gives all to one alone', () => {
    expect(apportion(17, [3])).toEqual([17]);
  });

  it('gives what is left to the largest remainders, and to the first of equals', () => {
    expect(apportion(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(apportion(10, [5, 3, 1])).toEqual([6, 3, 1]);
  });

  it('gives nothing of nothing', () => {
    expect(apportion(0, [2, 3])).toEqual([0, 0]);
  });

  it.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'adds up exactly, and strays by less than one (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const weights = Array.from(
        { length: 1 + Math.floor(random() * 300) },
        () => 1 + Math.floor(random() ** 4 * 30_000),
      );
      const amount = Math.floor(random() ** 2 * 500_000);
      const parts = apportion(amount, weights);
      const total = sum(weights);
      expect(sum(parts)).toBe(amount);
      for (const [index, part] of parts.entries()) {
        expect(Number.isInteger(part)).toBe(true);
        expect(Math.abs(part - (amount * (weights[index] ?? 0)) / total)).toBeLessThan(1);
      }
    },
  );
});

describe('apportionUsage', () => {
  it('says of no line what was not counted', () => {
    expect(apportionUsage(undefined, [1, 2])).toEqual([undefined, undefined]);
  });

  it('leaves the usage of one line alone as it is', () => {
    const usage = { promptTokens: 7, completionTokens: 1, totalTokens: 9 };
    expect(apportionUsage(usage, [4])).toEqual([usage]);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('adds up exactly for each kind of token (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const weights = Array.from({ length: 1 + Math.floor(random() * 50) }, () => 1 + Math.floor(random() * 100));
    const promptTokens = Math.floor(random() * 5000);
    const completionTokens = Math.floor(random() * 3) * Math.floor(random() * 100);
    const totalTokens = promptTokens + completionTokens + Math.floor(random() * 3);
    const shares = apportionUsage({ promptTokens, completionTokens, totalTokens }, weights);
    expect(sum(shares.map((share) => share?.promptTokens ?? Number.NaN))).toBe(promptTokens);
    expect(sum(shares.map((share) => share?.completionTokens ?? Number.NaN))).toBe(completionTokens);
    expect(sum(shares.map((share) => share?.totalTokens ?? Number.NaN))).toBe(totalTokens);
    for (const share of shares) {
      expect(share?.totalTokens).toBeGreaterThanOrEqual((share?.promptTokens ?? 0) + (share?.completionTokens ?? 0));
    }
  });

  it('gives no line more cached tokens than it has tokens', () => {
    const usage = { promptTokens: 10, completionTokens: 0, totalTokens: 10, cachedTokens: 9 };
    const shares = apportionUsage(usage, [1, 1, 5, 100]);
    expect(sum(shares.map((share) => share?.cachedTokens ?? Number.NaN))).toBe(9);
    for (const share of shares) expect(share?.cachedTokens).toBeLessThanOrEqual(share?.promptTokens ?? -1);
  });
});
