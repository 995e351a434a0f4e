import { setTimeout as delay } from 'node:timers/promises';
import { abortReason } from './abort-reason.js';
import { UpstreamFailure } from './upstream-failure.js';

export interface RetryOptions {
  /** Attempts after the first; 0 = none. */
  readonly maxRetries: number;
  readonly signal: AbortSignal;
  /** A number from 0 to 1; spreads the retries of many callers. */
  readonly random?: () => number;
}

/** The SDK's own first steps: 500 ms after throttling and while a model loads, 100 ms after other failures. */
const SLOW_BASE_MS = 500;
const BASE_MS = 100;
const MAX_DELAY_MS = 5_000;

/**
 * Runs a call whose answer has not begun, again where the failure says that this can help. A `Retry-After` of at most
 * 5 s is waited for; a longer one is the caller's to wait.
 */
export async function withRetries<T>(run: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (options.signal.aborted) throw abortReason(options.signal);
      const delayMs = retryDelayMs(error, attempt, options);
      if (delayMs === undefined) throw error;
      await wait(delayMs, options.signal);
    }
  }
}

function retryDelayMs(
  error: unknown,
  attempt: number,
  { maxRetries, random = Math.random }: RetryOptions,
): number | undefined {
  if (!(error instanceof UpstreamFailure)) return undefined;
  const allowed = { backoff: maxRetries, 'slow-backoff': maxRetries, once: Math.min(1, maxRetries), never: 0 }[
    error.retry
  ];
  if (attempt >= allowed) return undefined;
  const askedMs = (error.askedPauseSeconds ?? 0) * 1000;
  if (askedMs > MAX_DELAY_MS) return undefined;
  const isSlow = error.retry === 'slow-backoff' || error.reason === 'upstream_throttled';
  const baseMs = isSlow ? SLOW_BASE_MS : BASE_MS;
  return Math.max(askedMs, Math.min(MAX_DELAY_MS, baseMs * 2 ** attempt) * (0.5 + random() / 2));
}

async function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(delayMs, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : error;
  }
}
