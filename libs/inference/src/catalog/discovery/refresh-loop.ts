import type { Logger } from '#platform';

export interface RefreshLoopOptions {
  readonly intervalMs: number;
  readonly unknownIntervalMs: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly refresh: (signal: AbortSignal) => Promise<void>;
}

/** Processes that start together must not ask together for ever. */
const JITTER = 0.1;

/** Repeats a look-up in the background, never two at once. */
export class RefreshLoop {
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private startedAtMs = -Infinity;
  private succeededAtMs: number | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly options: RefreshLoopOptions) {}

  /** Begins with a look-up now; settles when that one has ended, however it did. */
  start(): Promise<void> {
    return this.run();
  }

  /** Looks now, unless that is being done. Never rejects. */
  run(): Promise<void> {
    if (this.closing.signal.aborted) return Promise.resolve();
    this.running ??= this.refresh().finally(() => {
      this.running = undefined;
      this.schedule();
    });
    return this.running;
  }

  /** Asks for a look-up before the next is due. Heeded when none has begun for a while, so that it is nobody's lever. */
  request(): void {
    if (performance.now() - this.startedAtMs < this.options.unknownIntervalMs) return;
    void this.run();
  }

  ageSeconds(): number | undefined {
    return this.succeededAtMs === undefined ? undefined : (performance.now() - this.succeededAtMs) / 1000;
  }

  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async refresh(): Promise<void> {
    const { timeoutMs, logger, refresh } = this.options;
    clearTimeout(this.timer);
    this.startedAtMs = performance.now();
    try {
      await refresh(AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]));
      this.succeededAtMs = performance.now();
    } catch (error) {
      if (this.closing.signal.aborted) return;
      logger.warn({ error }, 'Models could not be discovered; the last ones that were found stay');
    }
  }

  private schedule(): void {
    if (this.closing.signal.aborted) return;
    const { intervalMs } = this.options;
    const delayMs = intervalMs * (1 - JITTER + 2 * JITTER * Math.random());
    this.timer = setTimeout(() => void this.run(), delayMs).unref();
  }
}
