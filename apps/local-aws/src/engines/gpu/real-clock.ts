import type { GpuClock } from './gpu-model.port.js';

/** The machine's own time. What is still to come keeps no process alive. */
export const realClock: GpuClock = {
  nowMs: () => performance.now(),
  // Timers drop fractions of a millisecond, and would fire before their time.
  at: (timeMs, callback) => void setTimeout(callback, Math.max(0, Math.ceil(timeMs - performance.now()))).unref(),
};
