import { setTimeout as delay } from 'node:timers/promises';

/** Waits for so long, or until the signal is aborted. */
export async function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  if (timeMs <= 0 || signal.aborted) return;
  try {
    await delay(timeMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
