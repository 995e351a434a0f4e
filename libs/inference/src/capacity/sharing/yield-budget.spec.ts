import { describe, expect, it } from 'vitest';
import { YieldBudget } from './yield-budget.js';

const call = (startedAtMs: number, mayYield = true) => ({ startedAtMs, mayYield });

describe('YieldBudget', () => {
  it('gives up the youngest calls first, as many as are too many', () => {
    const budget = new YieldBudget();
    budget.ended(1_000_000, 1000);
    const [old, young, youngest] = [call(100), call(500), call(900)];
    expect(budget.giveUp([young, youngest, old], 2, 1000)).toEqual([youngest, young]);
    expect(budget.giveUp([old], 0, 1000)).toEqual([]);
    expect(budget.giveUp([old], -3, 1000)).toEqual([]);
  });

  it('leaves calls alone that may not yield', () => {
    const budget = new YieldBudget();
    budget.ended(1_000_000, 1000);
    const yielding = call(100);
    expect(budget.giveUp([call(900, false), yielding], 2, 1000)).toEqual([yielding]);
  });

  it('gives up no more than a twentieth of the time that calls have taken, those in flight included', () => {
    const budget = new YieldBudget();
    // 100 s in flight: 5 s may be given up, which are five calls of one second.
    const running = [call(0), ...Array.from({ length: 60 }, () => call(99_000))];
    const given = budget.giveUp(running, 61, 100_000);
    expect(given).toHaveLength(8);
    expect(given.every(({ startedAtMs }) => startedAtMs === 99_000)).toBe(true);
    const rest = running.filter((one) => !given.includes(one));
    expect(budget.giveUp(rest, rest.length, 100_000)).toEqual([]);
  });

  it('earns with what is done', () => {
    const budget = new YieldBudget();
    const long = call(0);
    expect(budget.giveUp([long], 1, 10_000)).toEqual([]);
    budget.ended(200_000, 10_000);
    expect(budget.giveUp([long], 1, 10_000)).toEqual([long]);
  });

  it('keeps within a twentieth of all that was ever done, however bursts come', () => {
    const budget = new YieldBudget();
    let nowMs = 0;
    let wastedMs = 0;
    let endedMs = 0;
    let running = [call(0)];
    for (let step = 0; step < 5000; step++) {
      nowMs += 700 + ((step * 7919) % 3000);
      running.push(call(nowMs - ((step * 31) % 600)));
      const old = running.filter(({ startedAtMs }) => nowMs - startedAtMs > 20_000);
      for (const one of old) {
        endedMs += nowMs - one.startedAtMs;
        budget.ended(nowMs - one.startedAtMs, nowMs);
      }
      running = running.filter((one) => !old.includes(one));
      const given = budget.giveUp(running, step % 4 === 0 ? running.length : 0, nowMs);
      for (const one of given) wastedMs += nowMs - one.startedAtMs;
      running = running.filter((one) => !given.includes(one));
      const openMs = running.reduce((sum, { startedAtMs }) => sum + nowMs - startedAtMs, 0);
      expect(wastedMs).toBeLessThanOrEqual(0.05 * (endedMs + wastedMs + openMs) + 1e-6);
    }
    expect(wastedMs).toBeGreaterThan(0.03 * endedMs);
  });

  it('does not spend on an hour what a quiet day has earned', () => {
    const budget = new YieldBudget();
    const day = 86_400_000;
    budget.ended(day, 0);
    const running = Array.from({ length: 8 }, () => call(day - 60_000));
    expect(budget.giveUp(running, 8, day)).toEqual([]);
  });
});
