import { describe, expect, it } from 'vitest';
import { addSums, expectedMs, NO_CALLS } from './latency-fit.js';

function sumsOf(...calls: readonly (readonly [size: number, timeMs: number])[]) {
  return calls
    .map(([size, timeMs]) => ({ count: 1, size, timeMs, sizeSquared: size * size, sizeTime: size * timeMs }))
    .reduce((sum, one) => addSums(sum, one), NO_CALLS);
}

describe('expectedMs', () => {
  it('follows the line through what was seen', () => {
    const baseline = sumsOf([100, 20], [200, 30], [300, 40]);
    expect(expectedMs(baseline, sumsOf([400, 0]))).toBeCloseTo(50);
    expect(expectedMs(baseline, sumsOf([100, 0], [300, 0]))).toBeCloseTo(60);
  });

  it('takes the mean where sizes tell nothing', () => {
    expect(expectedMs(sumsOf([100, 20], [100, 40]), sumsOf([700, 0]))).toBeCloseTo(30);
    expect(expectedMs(sumsOf([100, 40], [200, 20]), sumsOf([700, 0]))).toBeCloseTo(30);
  });

  it('expects nothing negative of small calls', () => {
    expect(expectedMs(sumsOf([100, 0], [200, 200]), sumsOf([10, 0]))).toBeGreaterThan(0);
  });

  it('expects nothing where nothing was seen', () => {
    expect(expectedMs(NO_CALLS, sumsOf([10, 1]))).toBe(0);
  });
});
