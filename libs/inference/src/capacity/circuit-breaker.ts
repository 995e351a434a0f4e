import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';

export interface CircuitBreakerOptions {
  /** Failures in a row after which calls are refused. */
  readonly failures: number;
  /** Milliseconds for which calls are refused, and then between one call that tries and the next. */
  readonly openMs: number;
  readonly now?: () => number;
}

/** Failures that would meet every other call to the endpoint as well. */
const ENDPOINT_FAILURES: ReadonlySet<ErrorReason> = new Set([
  'upstream_unavailable',
  'upstream_timeout',
  'upstream_misconfigured',
]);

/**
 * Keeps calls from an endpoint that has failed several times in a row. While it is open one call in each `openMs` is let
 * through to try; an answer closes it. One that tries and never comes back holds nothing up.
 */
export class CircuitBreaker {
  private failuresInARow = 0;
  /** When the next call may try; 0 while closed. */
  private nextTryAtMs = 0;

  constructor(private readonly options: CircuitBreakerOptions) {}

  get isOpen(): boolean {
    return this.nextTryAtMs !== 0;
  }

  /** Milliseconds until a call makes sense again; 0 lets this one through. */
  admit(): number {
    if (this.nextTryAtMs === 0) return 0;
    const now = this.now();
    if (now < this.nextTryAtMs) return this.nextTryAtMs - now;
    this.nextTryAtMs = now + this.options.openMs;
    return 0;
  }

  noticeSuccess(): void {
    this.failuresInARow = 0;
    this.nextTryAtMs = 0;
  }

  /**
   * A refusal of the content is an answer, and so shows that the endpoint lives. Throttling, and a 500 that may follow
   * the content, say nothing either way.
   */
  noticeFailure(error: unknown): void {
    if (!GatewayError.is(error)) return;
    if (error.reason === 'upstream_rejected' || error.reason === 'context_length_exceeded') this.noticeSuccess();
    if (!ENDPOINT_FAILURES.has(error.reason)) return;
    this.failuresInARow++;
    if (this.failuresInARow >= this.options.failures) this.nextTryAtMs = this.now() + this.options.openMs;
  }

  private now(): number {
    return (this.options.now ?? performance.now.bind(performance))();
  }
}
