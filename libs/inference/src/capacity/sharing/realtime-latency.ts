import type { CapacitySample, CapacityState } from './capacity.types.js';
import { addSums, expectedMs, NO_CALLS, type LatencySums } from './latency-fit.js';

/** A model that was changed shows within the hour. */
const BASELINE_HALF_LIFE_MS = 1_800_000;
/** More calls than that make a baseline no surer, only slower to follow. */
const MAX_BASELINE = 200;
/** What was seen counts half after so long. */
const RECENT_HALF_LIFE_MS = 700;
/** What is faster than the baseline by more than chance shows that the baseline is wrong. */
const FASTER = 0.7;
/** Fewer calls tell chance. */
const MIN_RECENT = 3;

/**
 * Learns how fast realtime is with bulk out of its way. Dense realtime stands in its own way, so it is learned from only
 * where it is faster than what is known.
 */
export function learnBaseline(state: CapacityState, sample: CapacitySample): CapacityState['baseline'] {
  const elapsedMs = sample.nowMs - state.atMs;
  const { firstToken, whole } = sample.realtime;
  return {
    firstToken: learn(state, state.baseline.firstToken, firstToken, elapsedMs),
    whole: learn(state, state.baseline.whole, whole, elapsedMs),
  };
}

function learn(state: CapacityState, known: LatencySums, calls: LatencySums, elapsedMs: number): LatencySums {
  const aged = 0.5 ** (elapsedMs / BASELINE_HALF_LIFE_MS);
  const isFaster = known.count > 0 && calls.timeMs < FASTER * expectedMs(known, calls);
  const learns = calls.count > 0 && (isFaster || (state.phase !== 'dense' && wasAlone(state, calls, elapsedMs)));
  if (!learns) return known.count === 0 ? known : addSums(known, NO_CALLS, aged);
  const room = Math.max(0, MAX_BASELINE - calls.count) / Math.max(known.count, 1);
  return addSums(known, calls, Math.min(aged, room));
}

/** Whether bulk was away for the whole of these calls. */
function wasAlone({ bulkFreeSinceMs, atMs }: CapacityState, calls: LatencySums, elapsedMs: number): boolean {
  if (bulkFreeSinceMs === null) return false;
  return atMs + elapsedMs - bulkFreeSinceMs >= calls.timeMs / calls.count + elapsedMs;
}

export function noteRecent(state: CapacityState, { nowMs, realtime }: CapacitySample): CapacityState['recent'] {
  const weight = 0.5 ** ((nowMs - state.atMs) / RECENT_HALF_LIFE_MS);
  const { firstToken, whole } = realtime;
  const { baseline } = state;
  const known = [
    { calls: firstToken, expected: expectedMs(baseline.firstToken, firstToken) },
    { calls: whole, expected: expectedMs(baseline.whole, whole) },
  ].filter(({ expected }) => expected > 0);
  const sum = (pick: (one: (typeof known)[number]) => number): number => known.reduce((all, one) => all + pick(one), 0);
  return {
    count: state.recent.count * weight + sum(({ calls }) => calls.count),
    timeMs: state.recent.timeMs * weight + sum(({ calls }) => calls.timeMs),
    expectedMs: state.recent.expectedMs * weight + sum(({ expected }) => expected),
  };
}

/** How many times as long realtime takes as it would by itself; `undefined` while too few calls tell. */
export function readStretch({ recent }: CapacityState): number | undefined {
  return recent.count < MIN_RECENT || recent.expectedMs <= 0 ? undefined : recent.timeMs / recent.expectedMs;
}
