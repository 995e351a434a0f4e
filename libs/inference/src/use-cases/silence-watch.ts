export interface SilenceLimits {
  /** Milliseconds from the start to the first event. */
  readonly firstEventMs: number;
  /** Milliseconds between two events. */
  readonly stallMs: number;
  /** Milliseconds without a frame after which the reader is given a sign of life. */
  readonly keepAliveMs: number;
}

export interface SilenceListener {
  onSilent(): void;
  /** @param isFirst Whether not even the first event had come. */
  onTimeout(isFirst: boolean): void;
}

/**
 * Watches how long a stream is silent while somebody waits for it. One timer for a stream's whole life, set anew only
 * when it fires, so that an event costs no more than a look at the clock.
 */
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private lastEventAt = performance.now();
  private lastFrameAt = this.lastEventAt;
  private isFirst = true;
  private isWaiting = false;
  private isEnded = false;

  constructor(
    private readonly limits: SilenceLimits,
    private readonly listener: SilenceListener,
  ) {}

  /** Somebody waits for the next event. Silence before the first event counts from the start, later only while waiting. */
  startWaiting(): void {
    this.isWaiting = true;
    if (!this.isFirst) this.lastEventAt = this.lastFrameAt = performance.now();
    if (this.timer === undefined && !this.isEnded) this.arm();
  }

  stopWaiting(): void {
    this.isWaiting = false;
  }

  noticeEvent(): void {
    this.isFirst = false;
    this.lastEventAt = this.lastFrameAt = performance.now();
  }

  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }

  private arm(): void {
    const now = performance.now();
    const timeoutMs = this.lastEventAt + this.limitMs() - now;
    const keepAliveMs = this.lastFrameAt + this.limits.keepAliveMs - now;
    this.timer = setTimeout(this.fire, Math.max(1, Math.ceil(Math.min(timeoutMs, keepAliveMs))));
  }

  private readonly fire = (): void => {
    this.timer = undefined;
    if (!this.isWaiting || this.isEnded) return;
    const now = performance.now();
    if (now - this.lastEventAt >= this.limitMs()) {
      this.listener.onTimeout(this.isFirst);
      return;
    }
    if (now - this.lastFrameAt >= this.limits.keepAliveMs) {
      this.lastFrameAt = now;
      this.listener.onSilent();
    }
    this.arm();
  };

  private limitMs(): number {
    return this.isFirst ? this.limits.firstEventMs : this.limits.stallMs;
  }
}
