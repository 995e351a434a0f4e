import type { CallTry } from './async-chunk.types.js';
import type { CallTrace } from './trace-calls.js';

export interface PickedCalls {
  /** The next try of each call that may be submitted now. */
  readonly tries: readonly CallTry[];
  /** Whether all of them have failed before, so that only a canary can tell a broken endpoint from bad lines. */
  readonly areSuspects: boolean;
}

/** Calls without a result that are neither waiting nor running; those that never failed go first. */
export function pickCalls(traces: readonly CallTrace[], nowMs: number): PickedCalls {
  const ready = traces
    .filter(({ open, readyAtMs }) => open === undefined && readyAtMs <= nowMs)
    .toSorted((a, b) => a.suspicions - b.suspicions || a.call - b.call);
  return {
    tries: ready.map(({ call, tries }) => ({ call, try: tries + 1 })),
    areSuspects: ready.length > 0 && (ready[0]?.suspicions ?? 0) > 0,
  };
}
