import type { ChunkCommit, YieldedCalls } from '#contracts';

export const NO_YIELDED: YieldedCalls = { calls: 0, callMs: 0 };

export function addYielded(a: YieldedCalls, b: YieldedCalls): YieldedCalls {
  return { calls: a.calls + b.calls, callMs: a.callMs + b.callMs };
}

/** As commits and records hold it: where there is nothing to tell they say nothing. */
export function toYielded(yielded: YieldedCalls): Pick<ChunkCommit, 'yielded'> {
  return yielded.calls === 0 ? {} : { yielded };
}
