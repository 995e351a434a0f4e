import { describe, expect, it } from 'vitest';
import { pickChunks, type DispatchCandidate } from './pick-chunks.js';

function candidate(tenant: string, jobId: string, chunks: number, deadlineMs = 1000): DispatchCandidate {
  return { tenant, jobId, deadlineMs, pending: Array.from({ length: chunks }, (_, chunk) => chunk) };
}

function pick(candidates: readonly DispatchCandidate[], windowChunks: number): string[] {
  return pickChunks(candidates, windowChunks).map(({ jobId, chunk }) => `${jobId}-${chunk}`);
}

describe('pickChunks', () => {
  it('lets one chunk of a small tenant in beside the thousands of a large one', () => {
    const picked = pick([candidate('large', 'a', 5000), candidate('small', 'b', 1)], 4);
    expect(picked).toEqual(['a-0', 'b-0', 'a-1', 'a-2']);
  });

  it('shares the window evenly between tenants, however many jobs each has', () => {
    const many = Array.from({ length: 50 }, (_, job) => candidate('many', `m${job}`, 100, job));
    const picked = pickChunks([...many, candidate('one', 'o', 100), candidate('two', 't', 100)], 12);
    const byTenant = Map.groupBy(picked, ({ tenant }) => tenant);
    expect([...byTenant.values()].map(({ length }) => length)).toEqual([4, 4, 4]);
  });

  it('gives what one tenant cannot use to the others', () => {
    expect(pick([candidate('x', 'a', 1), candidate('y', 'b', 10), candidate('z', 'c', 2)], 8)).toEqual([
      'a-0',
      'b-0',
      'c-0',
      'b-1',
      'c-1',
      'b-2',
      'b-3',
      'b-4',
    ]);
  });

  it('takes the earliest deadline of a tenant first, and its next when that has no more', () => {
    const picked = pick(
      [candidate('x', 'late', 5, 300), candidate('x', 'early', 2, 100), candidate('x', 'mid', 1, 200)],
      4,
    );
    expect(picked).toEqual(['early-0', 'early-1', 'mid-0', 'late-0']);
  });

  it('takes the higher priority of a tenant before any deadline', () => {
    const low = { ...candidate('x', 'low', 1, 100), priority: 'low' as const };
    const high = { ...candidate('x', 'high', 1, 300), priority: 'high' as const };
    expect(pick([low, candidate('x', 'normal', 1, 200), high], 4)).toEqual(['high-0', 'normal-0', 'low-0']);
  });

  it('has a place for each tenant, also where there are more tenants than places', () => {
    const candidates = Array.from({ length: 20 }, (_, tenant) => candidate(`tenant-${tenant}`, `job-${tenant}`, 5));
    expect(new Set(pickChunks(candidates, 16).map(({ tenant }) => tenant)).size).toBe(20);
    expect(pickChunks(candidates, 16)).toHaveLength(20);
  });

  it('never gives more than the window, and all there is where that is less', () => {
    expect(pick([candidate('x', 'a', 100)], 0)).toEqual([]);
    expect(pick([candidate('x', 'a', 100)], 7)).toHaveLength(7);
    expect(pick([candidate('x', 'a', 3), candidate('y', 'b', 0)], 7)).toEqual(['a-0', 'a-1', 'a-2']);
    expect(pick([], 7)).toEqual([]);
  });

  it('gives the same window whatever the order of the candidates, also for names that sort alike', () => {
    const candidates = ['b', 'a', '\u00e9', 'e\u0301', 'A'].flatMap((tenant) => [
      candidate(tenant, `${tenant}-2`, 3),
      candidate(tenant, `${tenant}-1`, 3),
    ]);
    const expected = pick(candidates, 9);
    expect(pick(candidates.toReversed(), 9)).toEqual(expected);
    expect(
      pick(
        candidates.toSorted((a, b) => (a.jobId < b.jobId ? 1 : -1)),
        9,
      ),
    ).toEqual(expected);
  });

  it('reads no more of a long job than it needs', () => {
    let read = 0;
    function* endless(): Generator<number> {
      for (;;) yield read++;
    }
    pickChunks([{ tenant: 'x', jobId: 'a', deadlineMs: 1, pending: endless() }], 16);
    expect(read).toBe(16);
  });
});
