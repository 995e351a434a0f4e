/** One request's end: by the caller's signal or by time, whichever comes first. Its timer and listener are gone after `clear`. */
export class RequestDeadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private expired = false;

  constructor(
    timeoutMs: number,
    private readonly callerSignal?: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.expired = true;
      this.controller.abort(new DOMException(`No answer within ${timeoutMs} ms.`, 'TimeoutError'));
    }, timeoutMs);
    callerSignal?.addEventListener('abort', this.followCaller, { once: true });
    if (callerSignal?.aborted === true) this.followCaller();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get timedOut(): boolean {
    return this.expired;
  }

  /** Settles with the work or rejects at the deadline, also while the SDK is in a step that knows no signals (finding credentials). */
  async race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const giveUp = (): void => reject(this.signal.reason as Error);
      this.signal.addEventListener('abort', giveUp, { once: true });
      if (this.signal.aborted) giveUp();
      void work.then(resolve, reject);
    });
  }

  clear(): void {
    clearTimeout(this.timer);
    this.callerSignal?.removeEventListener('abort', this.followCaller);
  }

  private readonly followCaller = (): void => this.controller.abort(this.callerSignal?.reason);
}
