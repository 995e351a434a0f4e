import { describe, expect, it } from 'vitest';
import { judgeBudget } from './judge-budget.js';
import { newCall, newEvidence } from './new-evidence.js';

const { lines } = newEvidence();
const BUDGET = {
  ceiling: 4,
  deadTimeMs: 1000,
  isRealtime: ({ operation }: { operation: string }) => operation === 'now',
};

const realtime = (afterMs: number, durationMs: number) => newCall([], afterMs, { operation: 'now', durationMs });
const bulk = (afterMs: number, concurrency: number) => newCall(lines, afterMs, { concurrency, sequence: afterMs });

describe('judgeBudget', () => {
  it('complains about calls of bulk that begin beyond the budget', () => {
    expect(judgeBudget([bulk(100, 4)], BUDGET)).toEqual([]);
    expect(judgeBudget([bulk(100, 5)], BUDGET)).toEqual([
      '1 calls of bulk began beyond 4 in flight: {"sequence":100,"inFlight":5}',
    ]);
  });

  it('counts realtime in that bulk has had the time to make room for', () => {
    expect(judgeBudget([realtime(0, 5000), bulk(2000, 5)], BUDGET)).toHaveLength(1);
    expect(judgeBudget([realtime(1500, 5000), bulk(2000, 5)], BUDGET)).toEqual([]);
    expect(judgeBudget([realtime(1500, 100), bulk(2000, 5)], BUDGET)).toHaveLength(1);
  });

  it('lets realtime take what it needs', () => {
    expect(judgeBudget([newCall([], 100, { operation: 'now', concurrency: 9 })], BUDGET)).toEqual([]);
  });
});
