import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '#platform';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5000;

/**
 * Repeats a write until the store takes it: what a model has answered is not thrown away because S3 is away for a while.
 * Once `stop` is aborted the last failure is thrown.
 */
export async function untilStored<T>(write: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!GatewayError.is(error, 'storage_unavailable') || stop.aborted) throw error;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, MAX_PAUSE_MS);
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
