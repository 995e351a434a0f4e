import { few, type Verdict } from './evidence.js';
import type { WitnessRecord } from '../../setup/processes.js';

export interface Budget {
  /** Calls that the endpoint works on at once, realtime and bulk together. */
  readonly ceiling: number;
  readonly isRealtime: (call: WitnessRecord) => boolean;
  /** From what realtime does to what bulk is granted for it: realtime that began later cannot be heeded yet. */
  readonly deadTimeMs: number;
}

/**
 * Bulk never takes more than realtime leaves: where a call of bulk begins, all calls of bulk and those of realtime that are known
 * by then are within the budget. Realtime itself may exceed it.
 */
export function judgeBudget(calls: readonly WitnessRecord[], { ceiling, isRealtime, deadTimeMs }: Budget): Verdict {
  const realtime = calls.filter((call) => isRealtime(call));
  const beyond = calls
    .filter((call) => !isRealtime(call))
    .map((call) => {
      const atMs = Date.parse(call.time);
      const unknown = realtime.filter((other) => runsAt(other, atMs) && atMs - Date.parse(other.time) < deadTimeMs);
      return { sequence: call.sequence, inFlight: call.concurrency - unknown.length };
    })
    .filter(({ inFlight }) => inFlight > ceiling);
  return beyond.length === 0
    ? []
    : [`${beyond.length} calls of bulk began beyond ${ceiling} in flight: ${few(beyond)}`];
}

function runsAt({ time, durationMs = Infinity }: WitnessRecord, atMs: number): boolean {
  const fromMs = Date.parse(time);
  return fromMs <= atMs && atMs <= fromMs + durationMs;
}
