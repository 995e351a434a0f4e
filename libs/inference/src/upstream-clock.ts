/**
 * What one call spends on model servers, for whoever wants to know the rest. Waits at the same time, as of a call that
 * was split, count once; pauses before a retry count as waiting.
 */
export class UpstreamClock {
  private waitedMs = 0;
  private waits = 0;
  private startedAtMs = 0;
  private retryCount = 0;

  /** Milliseconds until now. */
  get elapsedMs(): number {
    return this.waits === 0 ? this.waitedMs : this.waitedMs + performance.now() - this.startedAtMs;
  }

  /** Attempts after the first of each request to a model server. */
  get retries(): number {
    return this.retryCount;
  }

  retried(): void {
    this.retryCount++;
  }

  async time<T>(wait: () => Promise<T>): Promise<T> {
    if (this.waits++ === 0) this.startedAtMs = performance.now();
    try {
      return await wait();
    } finally {
      if (--this.waits === 0) this.waitedMs += performance.now() - this.startedAtMs;
    }
  }
}
