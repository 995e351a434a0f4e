import { describe, expect, it } from 'vitest';
import { nextLookMs } from './next-look.js';

const never = Number.POSITIVE_INFINITY;

describe('nextLookMs', () => {
  it.each([
    ['at once after a submission', 0, 500],
    ['half as late again as nothing has happened', 20_000, 10_000],
    ['once a minute at the latest', 10_000_000, 60_000],
  ])('looks %s', (_name, quietMs, expected) => {
    expect(
      nextLookMs({ nowMs: 50_000_000, lastEventMs: 50_000_000 - quietMs, readyAtMs: never, waitsForRoom: false }),
    ).toBe(expected);
  });

  it('looks when a call may be made again, and not in a circle while that is now', () => {
    expect(nextLookMs({ nowMs: 100_000, lastEventMs: 0, readyAtMs: 107_000, waitsForRoom: false })).toBe(7_000);
    expect(nextLookMs({ nowMs: 100_000, lastEventMs: 0, readyAtMs: 100_000, waitsForRoom: false })).toBe(500);
  });

  it('asks for room more often than for results', () => {
    const facts = { nowMs: 50_000_000, lastEventMs: 0, readyAtMs: never, waitsForRoom: true };

    expect(nextLookMs(facts)).toBe(5_000);
  });

  it('sees a call that takes an hour with some eighty looks', () => {
    let nowMs = 0;
    let looks = 0;
    for (; nowMs < 3_600_000; looks++)
      nowMs += nextLookMs({ nowMs, lastEventMs: 0, readyAtMs: never, waitsForRoom: false });
    expect(looks).toBeLessThan(85);
  });
});
