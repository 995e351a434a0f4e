import type { Dispatcher } from 'undici';
import { abortReason } from '../abort-reason.js';
import { translateConnectionError, type CallPhase } from '../sagemaker/translate-connection-error.js';
import { UpstreamFailure } from '../upstream-failure.js';

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer whose status says that the call failed. */
export interface RefusedCall {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
}

export interface CallHandlerOptions {
  readonly signal: AbortSignal;
  /** What an answer with a bad status means, by the protocol that is spoken. */
  translate(refused: RefusedCall): Error;
}

/** What a failure says stands in its first bytes; nobody needs more of an error page. */
const MAX_ERROR_BYTES = 1024 * 1024;

/**
 * One HTTP call on undici's lowest level, which costs a fifth of its stream interface. Takes care of what every call
 * needs: the abort in every phase, the failure before and after the headers, answers with a bad status.
 */
export abstract class CallHandler implements Dispatcher.DispatchHandler {
  protected controller: Dispatcher.DispatchController | undefined;
  private phase: CallPhase = 'before-headers';
  private failure: Error | undefined;
  private settled = false;
  private status = 0;
  private headers: ResponseHeaders = {};
  private readonly errorChunks: Buffer[] = [];
  private errorBytes = 0;
  private onRefused: (() => void) | undefined;
  private waitingTimer: NodeJS.Timeout | undefined;

  constructor(private readonly call: CallHandlerOptions) {}

  /**
   * To be called right before the request is sent; false when the call has been given up already.
   *
   * @param onRefused Called when the far side refuses the credentials of the call.
   */
  begin(onRefused?: () => void): boolean {
    if (this.call.signal.aborted) {
      this.onAbort();
      return false;
    }
    this.onRefused = onRefused;
    this.call.signal.addEventListener('abort', this.onAbort);
    return true;
  }

  /** Gives the call up unless a connection is free for it within `timeoutMs`. */
  limitWaiting(timeoutMs: number): void {
    if (this.controller !== undefined || this.settled) return;
    this.waitingTimer = setTimeout(() => {
      const message = 'The gateway has as many calls in flight as it may have. Try again shortly.';
      this.cancel(new UpstreamFailure('upstream_throttled', message, { retry: 'never', retryAfterSeconds: 1 }));
    }, timeoutMs);
  }

  protected abstract start(headers: ResponseHeaders): void;
  protected abstract data(chunk: Buffer): void;
  protected abstract end(): void;
  /** Called once, for the first failure. */
  protected abstract fail(error: Error): void;

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    clearTimeout(this.waitingTimer);
    // Given up while it waited for a connection.
    if (this.failure !== undefined) controller.abort(this.failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return;
    this.phase = 'in-body';
    this.status = status;
    this.headers = headers;
    if (this.isGood) this.start(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isGood) this.data(chunk);
    else if (this.errorBytes < MAX_ERROR_BYTES) {
      this.errorBytes += chunk.length;
      this.errorChunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.isGood) {
      if (!this.settled) this.end();
      this.release();
      return;
    }
    if (this.status === 401 || this.status === 403) this.onRefused?.();
    const { status, headers } = this;
    this.failOnce(this.call.translate({ status, headers, body: Buffer.concat(this.errorChunks) }));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.failOnce(translateConnectionError(error, this.phase));
  }

  /** Ends the call upstream at once; the reader gets `reason`. */
  cancel(reason: Error): void {
    if (this.settled) return;
    this.failOnce(reason);
    this.controller?.abort(reason);
  }

  protected failOnce(error: Error): void {
    if (this.settled) return;
    this.failure = error;
    this.release();
    this.fail(error);
  }

  private get isGood(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  private readonly onAbort = (): void => this.cancel(abortReason(this.call.signal));

  private release(): void {
    this.settled = true;
    clearTimeout(this.waitingTimer);
    this.call.signal.removeEventListener('abort', this.onAbort);
  }
}
