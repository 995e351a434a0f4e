import { describe, expect, it } from 'vitest';
import type { PlannedChunk } from '#contracts';
import { estimateJob } from './estimate-job.js';

function chunksOf(...requests: number[]): PlannedChunk[] {
  return requests.map((count, index) => ({ first: index, last: index, request: index, requests: count }));
}

const PLAN = { total: 1000, chunks: chunksOf(500, 500), textBytes: 400_000 };

describe('estimateJob', () => {
  it('takes four bytes for a token and promises no time where nothing was measured', () => {
    expect(estimateJob(PLAN, { inputs: 2048, tokens: 16_384 }, undefined)).toEqual({
      lines: 1000,
      tokens: 100_000,
      bytesPerToken: 4,
      calls: 8,
      seconds: null,
      measuredJob: null,
    });
  });

  it('goes by what a job of the model showed', () => {
    const measured = { jobId: 'job_1', textBytes: 200_000, tokens: 100_000, seconds: 30 };
    expect(estimateJob(PLAN, { inputs: 2048, tokens: 16_384 }, measured)).toEqual({
      lines: 1000,
      tokens: 200_000,
      bytesPerToken: 2,
      calls: 8,
      seconds: 60,
      measuredJob: 'job_1',
    });
  });

  it.each([
    ['each line has its own', undefined, PLAN, 1000],
    ['inputs are what bounds them', { inputs: 32, tokens: 16_384 }, { ...PLAN, textBytes: 4000 }, 32],
    ['every line is longer than a call', { inputs: 32, tokens: 10 }, PLAN, 1000],
    ['chunks are small', { inputs: 2048, tokens: 16_384 }, { total: 3, chunks: chunksOf(1, 2), textBytes: 30 }, 2],
  ])('counts calls where %s', (_, packing, plan, calls) => {
    expect(estimateJob(plan, packing, undefined).calls).toBe(calls);
  });
});
