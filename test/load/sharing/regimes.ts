import { mayGiveUp, startCapacity, stepCapacity } from '#source/libs/inference/src/capacity/sharing/capacity-law';
import type {
  CapacitySample,
  CapacitySettings,
  CapacityState,
} from '#source/libs/inference/src/capacity/sharing/capacity.types';

export type GateSample = Pick<CapacitySample, 'realtime' | 'bulk'>;

/** What decides how much of bulk is in flight. */
export interface BulkGate {
  /** Whether calls in flight may be given up now to follow a smaller grant. */
  aborts(): boolean;
  start(): number;
  decide(nowMs: number, sample: GateSample): number;
}

/** A fixed number of calls, as a configured concurrency gives it. */
export function fixedGate(calls: number): BulkGate {
  return { aborts: () => false, start: () => calls, decide: () => calls };
}

/** Grows by one call a second until the endpoint refuses, which is when it would halve; these engines queue and never do. */
export function errorDrivenGate(from: number, most: number): BulkGate {
  let grant = from;
  let grownAtMs = 0;
  return {
    aborts: () => false,
    start: () => from,
    decide: (nowMs) => {
      if (nowMs - grownAtMs >= 1000) {
        grant = Math.min(most, grant + 1);
        grownAtMs = nowMs;
      }
      return grant;
    },
  };
}

/** The law that runs in workers. */
export function lawGate(settings: CapacitySettings): BulkGate {
  let state: CapacityState = startCapacity(settings, 0);
  return {
    aborts: () => settings.onYield === 'abort' && mayGiveUp(state),
    start: () => state.grant,
    decide: (nowMs, sample) => {
      state = stepCapacity(state, { nowMs, ...sample, full: 0 }, settings);
      return state.grant;
    },
  };
}
