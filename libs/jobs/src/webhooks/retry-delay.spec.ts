import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './read-retry-after.js';
import { retryDelay } from './retry-delay.js';

const HOUR_MS = 3_600_000;
const MIDDLE = 0.5;

describe('the wait before another try', () => {
  it('doubles up to eight hours, so that some twenty tries fill three days', () => {
    const delays = Array.from({ length: 20 }, (_, failures) => retryDelay(failures + 1, { backoffMs: 5000 }, MIDDLE));

    expect(delays.slice(0, 3)).toEqual([5000, 10_000, 20_000]);
    expect(delays.at(-1)).toBe(8 * HOUR_MS);
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(48 * HOUR_MS);
  });

  it('is spread, so that what failed together is not tried together', () => {
    expect(retryDelay(1, { backoffMs: 1000 }, 0)).toBe(800);
    expect(retryDelay(1, { backoffMs: 1000 }, 1)).toBe(1200);
  });

  it('is as long as the receiver asks, within bounds', () => {
    expect(retryDelay(1, { backoffMs: 1000, retryAfterMs: 60_000 }, MIDDLE)).toBe(60_000);
    expect(retryDelay(1, { backoffMs: 1000, retryAfterMs: 100 * HOUR_MS }, MIDDLE)).toBe(8 * HOUR_MS);
    expect(readRetryAfter('60', 0)).toBe(60_000);
    expect(readRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 1000)).toBe(59_000);
    for (const header of [undefined, 'soon', '-5', '0', ['1', '2']]) expect(readRetryAfter(header, 0)).toBeUndefined();
  });
});
