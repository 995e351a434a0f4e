import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import type { KeyLimits } from '../auth/key-record.js';
import type { Permit } from './key-budget.js';
import type { Grant } from './share.js';
import { ShareLedger } from './share-ledger.js';
import { WINDOW_MS } from './usage-window.js';

const KEY = 'key-1';

describe('ShareLedger', () => {
  let nowMs: number;
  let ledger: ShareLedger;
  beforeEach(() => {
    nowMs = 1_000_000;
    ledger = open(1);
  });
  const open = (replicas: number): ShareLedger =>
    new ShareLedger({ replicas, degradedAfterMs: 1000, now: () => nowMs });
  const attempt = (limits: KeyLimits, tokens = 0): Permit | GatewayError => {
    try {
      return ledger.take(ledger.budgetOf(KEY, limits), tokens);
    } catch (error) {
      if (GatewayError.is(error)) return error;
      throw error;
    }
  };
  const countTaken = (limits: KeyLimits, calls: number): number =>
    Array.from({ length: calls }, () => attempt(limits)).filter((result) => !GatewayError.is(result)).length;
  const settle = (replicas: number, grants: Record<string, Partial<Grant>> = {}): void => {
    const full = Object.entries(grants).map(
      ([id, grant]) => [id, { granted: 0, used: 0, oldestLeavesMs: 0, ...grant }] as const,
    );
    ledger.settle(ledger.report(), { replicas, isRemembered: true, grants: new Map(full) });
  };

  it('never lets in more than its part in any minute while it cannot settle', () => {
    ledger = open(3);
    const limits = { requestsPerMinute: 60 };
    const taken: number[] = [];
    for (let second = 0; second < 180; second++) {
      nowMs += 1000;
      taken.push(countTaken(limits, 3));
    }
    const countFrom = (start: number): number => taken.slice(start, start + 60).reduce((sum, count) => sum + count, 0);
    for (let start = 0; start + 60 <= taken.length; start++) expect(countFrom(start)).toBeLessThanOrEqual(20);
    expect(countFrom(0) + countFrom(60) + countFrom(120)).toBeGreaterThanOrEqual(58);
  });

  it('spends what was granted, less what it has used since', () => {
    const limits = { requestsPerMinute: 100 };
    settle(2);
    expect(countTaken(limits, 10)).toBe(10);
    settle(2, { 'requests:key-1': { granted: 7, used: 60 } });
    expect(countTaken(limits, 20)).toBe(7);
  });

  it('has its even part of a limit that nobody has used', () => {
    settle(4);
    expect(countTaken({ requestsPerMinute: 100 }, 200)).toBe(25);
  });

  it('goes on with its part when settlements stop, and with less where the others have used more', () => {
    const limits = { requestsPerMinute: 60 };
    settle(2, { 'requests:key-1': { granted: 5, used: 55 } });
    nowMs += 1001;
    expect(ledger.isDegraded).toBe(true);
    expect(countTaken(limits, 60)).toBe(5);
    nowMs += WINDOW_MS + 2000;
    expect(countTaken(limits, 60)).toBe(30);
  });

  it('lets at least one call in per process when it cannot settle a limit smaller than their number', () => {
    ledger = open(10);
    expect(countTaken({ requestsPerMinute: 3 }, 5)).toBe(1);
    expect(countTaken({ requestsPerMinute: 3, concurrentRequests: 3 }, 5)).toBe(0);
  });

  it('holds the tokens that a call may need, and counts those that it has used', () => {
    const limits = { tokensPerMinute: 1000 };
    const first = attempt(limits, 600);
    expect(attempt(limits, 600)).toBeInstanceOf(GatewayError);
    ledger.end(first as Permit, 100);
    const second = attempt(limits, 600);
    expect(second).not.toBeInstanceOf(GatewayError);
    ledger.end(second as Permit, undefined);
    expect(ledger.budgetOf(KEY, limits).tokens?.remaining(nowMs)).toBe(300);
  });

  it('takes a call that is larger than the limit for as large as the limit', () => {
    const limits = { tokensPerMinute: 1000 };
    const large = attempt(limits, 50_000);
    expect(large).not.toBeInstanceOf(GatewayError);
    ledger.end(large as Permit, 0);
    expect(attempt(limits, 1000)).not.toBeInstanceOf(GatewayError);
  });

  it('frees the place of a call that has ended', () => {
    const limits = { concurrentRequests: 2 };
    const first = attempt(limits);
    expect([attempt(limits), attempt(limits)].map((result) => result instanceof GatewayError)).toEqual([false, true]);
    ledger.end(first as Permit, undefined);
    expect(attempt(limits)).not.toBeInstanceOf(GatewayError);
    expect(ledger.refused).toEqual({ requests: 0, tokens: 0, concurrent: 1 });
  });

  it('counts nothing of a call that one of its limits refuses', () => {
    const limits = { requestsPerMinute: 5, concurrentRequests: 1 };
    const first = attempt(limits);
    for (let call = 0; call < 20; call++) expect(attempt(limits)).toBeInstanceOf(GatewayError);
    ledger.end(first as Permit, undefined);
    expect(ledger.budgetOf(KEY, limits).requests?.remaining(nowMs)).toBe(4);
  });

  it('says when there is room again, never later than an SDK would wait', () => {
    const limits = { requestsPerMinute: 1 };
    attempt(limits);
    expect(attempt(limits)).toMatchObject({ reason: 'rate_limit_exceeded', status: 429, retryAfterSeconds: 60 });
    nowMs += 50_000;
    const refusal = attempt(limits) as GatewayError;
    expect(refusal.retryAfterSeconds).toBeGreaterThan(8);
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(12);
    nowMs += (refusal.retryAfterSeconds ?? 0) * 1000;
    expect(attempt(limits)).not.toBeInstanceOf(GatewayError);
  });

  it('asks for a moment only where there is room that has to come here first', () => {
    settle(2);
    const limits = { requestsPerMinute: 10 };
    expect(countTaken(limits, 5)).toBe(5);
    expect((attempt(limits) as GatewayError).retryAfterSeconds).toBeLessThan(1);
  });

  it('keeps what was used when the limits of a key change', () => {
    expect(countTaken({ requestsPerMinute: 10 }, 10)).toBe(10);
    expect(countTaken({ requestsPerMinute: 12 }, 10)).toBe(2);
    expect(countTaken({ requestsPerMinute: 5 }, 10)).toBe(0);
  });

  it('forgets keys that nobody uses any more', () => {
    attempt({ requestsPerMinute: 10 });
    expect(ledger.report().shares).toHaveLength(1);
    nowMs += 2 * WINDOW_MS;
    expect(ledger.report().shares).toHaveLength(0);
    expect(countTaken({ requestsPerMinute: 10 }, 20)).toBe(10);
  });
});
