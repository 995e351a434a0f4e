import type { Dispatcher } from 'undici';
import { abortReason } from '../../abort-reason.js';
import { UpstreamFailure } from '../../upstream-failure.js';
import { translateConnectionError, type CallPhase } from '../translate-connection-error.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';
import { readSageMakerFailure } from '../read-sagemaker-failure.js';

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * One HTTP call on undici's lowest level, which costs a fifth of its stream interface. Takes care of what every call
 * needs: the abort in every phase, the failure before and after the headers, the error answers of SageMaker.
 */
export abstract class CallHandler implements Dispatcher.DispatchHandler {
  protected controller: Dispatcher.DispatchController | undefined;
  private phase: CallPhase = 'before-headers';
  private failure: Error | undefined;
  private settled = false;
  private status = 0;
  private headers: ResponseHeaders = {};
  private readonly errorChunks: Buffer[] = [];
  private onRefused: (() => void) | undefined;
  private waitingTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly signal: AbortSignal,
    private readonly endpoint: string,
  ) {}

  /**
   * To be called right before the request is sent; false when the call has been given up already.
   *
   * @param onRefused Called when AWS refuses the credentials of the call.
   */
  begin(onRefused: () => void): boolean {
    if (this.signal.aborted) {
      this.onAbort();
      return false;
    }
    this.onRefused = onRefused;
    this.signal.addEventListener('abort', this.onAbort);
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
    if (status === 200) this.start(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.status === 200) this.data(chunk);
    else this.errorChunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.status === 200) {
      if (!this.settled) this.end();
      this.release();
      return;
    }
    if (this.status === 403) this.onRefused?.();
    const failure = readSageMakerFailure(this.status, this.headers, Buffer.concat(this.errorChunks));
    this.failOnce(translateSageMakerError(failure, this.endpoint));
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

  private readonly onAbort = (): void => this.cancel(abortReason(this.signal));

  private release(): void {
    this.settled = true;
    clearTimeout(this.waitingTimer);
    this.signal.removeEventListener('abort', this.onAbort);
  }
}
