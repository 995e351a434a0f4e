/** What this process has lately seen of one endpoint: whether it answers, and how long to leave it alone when it does not. */
export class EndpointHealth {
  private failures = 0;
  private pausedUntilMs = 0;
  private answered = 0;
  private firstFailureMs = 0;

  private timer: NodeJS.Timeout | undefined;

  /** @param onReturn Called when the endpoint may be tried after a pause, and when it answers again. */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly onReturn?: () => void,
  ) {}

  /** Whether it has failed since it last answered. */
  get isFailing(): boolean {
    return this.failures > 0;
  }

  succeeded(): void {
    const wasFailing = this.isFailing;
    this.failures = 0;
    this.pausedUntilMs = 0;
    this.answered++;
    if (!wasFailing) return;
    clearTimeout(this.timer);
    this.onReturn?.();
  }

  /** Notes that the endpoint is full, asleep or broken, and what it said about coming back. */
  failed(retryAfterMs: number | undefined): void {
    const nowMs = this.now();
    if (nowMs < this.pausedUntilMs) return;
    if (this.failures === 0) this.firstFailureMs = nowMs;
    this.failures++;
    const backoffMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), MAX_PAUSE_MS);
    this.pausedUntilMs =
      nowMs + Math.max(backoffMs * (0.75 + Math.random() / 2), Math.min(retryAfterMs ?? 0, MAX_PAUSE_MS));
    if (this.onReturn !== undefined) this.announceReturn();
  }

  /** Milliseconds until the next call may be tried. */
  pauseMs(): number {
    return Math.max(0, this.pausedUntilMs - this.now());
  }

  /** Milliseconds since it last answered, counted from the first failure behind that. */
  failingForMs(): number {
    return this.failures === 0 ? 0 : this.now() - this.firstFailureMs;
  }

  /** How often it has answered; more than at an earlier look means that it has been alive since. */
  get answers(): number {
    return this.answered;
  }

  private announceReturn(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // Timers may be early by the part of a millisecond.
      if (this.pauseMs() > 0) this.announceReturn();
      else this.onReturn?.();
    }, this.pauseMs());
    this.timer.unref();
  }
}

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;
