import { GatewayError, type GatewayErrorOptions } from '#platform';
import type { ErrorReason } from '#contracts';

/**
 * What trying again before the first byte is good for: `backoff` as often as configured, `slow-backoff` the same with
 * longer pauses, `once` a single time, `never` because it cannot help or because the work may still be running upstream.
 */
export type RetryAdvice = 'backoff' | 'slow-backoff' | 'once' | 'never';

export interface UpstreamFailureOptions extends GatewayErrorOptions {
  readonly retry: RetryAdvice;
  /** The pause that the far side itself asked for; `retryAfterSeconds` may be our own guess for callers. */
  readonly askedPauseSeconds?: number;
}

/** A failure on the far side of a transport, already in the caller's words. */
export class UpstreamFailure extends GatewayError {
  readonly retry: RetryAdvice;
  readonly askedPauseSeconds: number | undefined;

  constructor(reason: ErrorReason, message: string, options: UpstreamFailureOptions) {
    super(reason, message, options);
    this.retry = options.retry;
    this.askedPauseSeconds = options.askedPauseSeconds;
  }
}
