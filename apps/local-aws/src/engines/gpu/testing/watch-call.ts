import type { GpuCall, GpuModel } from '../gpu-model.port.js';
import type { VirtualClock } from './virtual-clock.js';

/** A call, and the times at which the model got on with it. */
export interface WatchedCall {
  readonly tokensAtMs: readonly number[];
  endedAtMs: number | undefined;
  abort(): void;
}

/** Hands a call to a model and notes what becomes of it. */
export function watchCall<Work>(model: GpuModel<Work>, clock: VirtualClock, work: Work): WatchedCall {
  const tokensAtMs: number[] = [];
  const call: GpuCall<Work> = {
    work,
    isAborted: false,
    onToken: () => tokensAtMs.push(clock.nowMs()),
    onEnd: () => {
      if (watched.endedAtMs !== undefined) throw new Error('a call ended twice');
      watched.endedAtMs = clock.nowMs();
    },
  };
  const watched: WatchedCall = { tokensAtMs, endedAtMs: undefined, abort: () => (call.isAborted = true) };
  model.take(call);
  return watched;
}

/** Durations as the formula has them. */
export function exactly(durationMs: number): number {
  return durationMs;
}
