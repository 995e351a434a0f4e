import type { CapacityState } from './capacity.types.js';
import { levelOf, mayGainAbove, nextLevel } from './throughput-levels.js';

/** A level of short calls is measured by then, and from one call to fifty it takes three seconds. */
export const GROW_MS = 250;

interface GrowOptions {
  readonly nowMs: number;
  readonly looksForKnee: boolean;
  /** Single calls also where there was no trouble. */
  readonly isByOne: boolean;
}

/** The next level of calls in flight, if it is time and not known to be for nothing; above the last trouble a single call. */
export function growGrant(
  state: CapacityState,
  most: number,
  { nowMs, looksForKnee, isByOne }: GrowOptions,
): CapacityState {
  if (state.grant >= most || nowMs < state.nextGrowMs) return state;
  const level = levelOf(state.grant);
  if (looksForKnee && !mayGainAbove(state.levels, level, nowMs)) return state;
  const isSlow = state.slowAbove !== null && state.grant >= state.slowAbove;
  const grant = Math.min(most, isSlow || isByOne ? state.grant + 1 : nextLevel(level));
  return { ...state, grant, nextGrowMs: nowMs + GROW_MS, slowAbove: isSlow ? grant : state.slowAbove };
}
