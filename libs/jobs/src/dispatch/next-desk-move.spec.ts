import { describe, expect, it } from 'vitest';
import { nextDeskMove, type SeatedChunk, type WaitingChunk } from './next-desk-move.js';

const BOUNDS = { base: 2, most: 4, sliceMs: 5000 };
const NOW_MS = 100_000;

function claim(tenant: string, jobId: string, deadlineMs = 1000, rank = 1) {
  return { tenant, jobId, deadlineMs, rank };
}

function seat(tenant: string, jobId: string, more: Partial<SeatedChunk> & { deadlineMs?: number } = {}) {
  return { claim: claim(tenant, jobId, more.deadlineMs), seatedAtMs: NOW_MS - 1000, isLeaving: false, ...more };
}

function move(seated: readonly SeatedChunk[], waiting: readonly WaitingChunk[], nowMs = NOW_MS) {
  const next = nextDeskMove(seated, waiting, BOUNDS, nowMs);
  return next === undefined ? undefined : `${next.kind} ${next.chunk.claim.jobId}`;
}

describe('nextDeskMove', () => {
  it('fills the desks in turn of tenants, the fewest desks first', () => {
    const waiting = [{ claim: claim('a', 'a1') }, { claim: claim('a', 'a1') }, { claim: claim('b', 'b1') }];
    expect(move([], waiting)).toBe('seat a1');
    expect(move([seat('a', 'a1')], waiting.slice(1))).toBe('seat b1');
  });

  it('seats a tenant that has just come at once, and no more of those who have a desk', () => {
    const seated = [seat('a', 'a1'), seat('a', 'a1')];
    expect(move(seated, [{ claim: claim('a', 'a1') }, { claim: claim('b', 'b1') }])).toBe('seat b1');
    expect(move([...seated, seat('b', 'b1')], [{ claim: claim('a', 'a1') }, { claim: claim('b', 'b1') }])).toBe(
      undefined,
    );
  });

  it('seats the job that its tenant wants first, by deadline or by priority, beside those that run', () => {
    const seated = [seat('a', 'late', { deadlineMs: 900 }), seat('a', 'late', { deadlineMs: 900 })];
    expect(move(seated, [{ claim: claim('a', 'later', 950) }])).toBe(undefined);
    expect(move(seated, [{ claim: claim('a', 'early', 100) }])).toBe('seat early');
    expect(move(seated, [{ claim: claim('a', 'urgent', 5000, 0) }])).toBe('seat urgent');
  });

  it('lets the tenant with most desks give way once all desks are taken, its last job first', () => {
    const seated = [
      seat('a', 'first', { deadlineMs: 100 }),
      seat('a', 'last', { deadlineMs: 300 }),
      seat('b', 'b1'),
      seat('c', 'c1'),
    ];
    expect(move(seated, [{ claim: claim('d', 'd1') }])).toBe('leave last');
  });

  it('lets the one that has sat longest give way when each tenant has one, once its time is over', () => {
    const seated = ['a', 'b', 'c', 'd'].map((tenant, index) =>
      seat(tenant, `${tenant}1`, { seatedAtMs: NOW_MS - 1000 * (index + 1) }),
    );
    expect(move(seated, [{ claim: claim('e', 'e1') }])).toBe(undefined);
    expect(move(seated, [{ claim: claim('e', 'e1') }], NOW_MS + 1500)).toBe('leave d1');
  });

  it('asks no second chunk to leave while one is leaving', () => {
    const seated = [seat('a', 'a1', { isLeaving: true }), seat('a', 'a1'), seat('a', 'a2'), seat('b', 'b1')];
    expect(move(seated, [{ claim: claim('d', 'd1') }])).toBe(undefined);
  });

  it('lets its own last job give way to a more urgent one of the same tenant', () => {
    const seated = ['a', 'b', 'c', 'd'].map((tenant) => seat(tenant, `${tenant}1`, { deadlineMs: 500 }));
    expect(move(seated, [{ claim: claim('c', 'hurry', 100) }])).toBe('leave c1');
  });

  it('does nothing where nobody waits', () => {
    expect(move([seat('a', 'a1')], [])).toBe(undefined);
  });
});
