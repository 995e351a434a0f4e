import type { GatewayError } from '#platform';
import { abortReason } from '../../abort-reason.js';
import { UpstreamFailure } from '../../upstream-failure.js';

/**
 * The abort signal of one SDK call. The SDK closes a connection for nothing but an abort: neither leaving its iterator nor
 * its own request time-out does.
 */
export class CallDeadline {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly caller: AbortSignal) {
    if (caller.aborted) this.onAbort();
    else caller.addEventListener('abort', this.onAbort);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Aborts with `upstream_timeout` unless stopped or started again within `timeoutMs`. */
  start(timeoutMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () =>
        this.abort(
          new UpstreamFailure('upstream_timeout', 'The model server did not answer in time.', { retry: 'never' }),
        ),
      timeoutMs,
    );
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  abort(reason: GatewayError): void {
    this.controller.abort(reason);
    this.release();
  }

  /** Why the call was aborted; `undefined` when it was not. */
  reason(): GatewayError | undefined {
    return this.signal.aborted ? abortReason(this.signal) : undefined;
  }

  release(): void {
    this.stop();
    this.caller.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => this.abort(abortReason(this.caller));
}
