import type { Logger } from '#platform';
import { isPassing } from '../sweep/sweeper.js';
import type { GarbageCollector } from './garbage-collector.js';

export interface GarbageLoopOptions {
  readonly collector: Pick<GarbageCollector, 'pass'>;
  /** Whether this worker is the one that sweeps. */
  readonly isLeading: () => boolean;
  /** Milliseconds from the end of one pass to the next. */
  readonly garbageMs: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

const TICK_MS = 5000;
/** Of each tick; the rest belongs to whoever works. */
const BUSY_MS = 1000;

/** Runs passes of the collector beside the sweeps, a second of work at a time, in the worker that leads. */
export class GarbageLoop {
  private readonly now: () => number;
  private pass: AsyncGenerator<void> | undefined;
  private restUntilMs: number;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: GarbageLoopOptions) {
    this.now = options.now ?? Date.now;
    this.restUntilMs = this.now() + TICK_MS;
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.work = this.turn().then(() => {
        if (!this.stopped) this.start();
      });
    }, TICK_MS).unref();
  }

  /** Begins no step any more. Waits for none: a store that hangs must not keep chunks from being handed back. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Resolves when the step that ran is over. */
  async close(): Promise<void> {
    this.stop();
    await this.work;
  }

  /** Goes on with the pass for a second. Never throws: what it could not do the next pass will. */
  async turn(): Promise<void> {
    if (!this.options.isLeading()) {
      this.pass = undefined;
      return;
    }
    const startedMs = this.now();
    if (this.pass === undefined && startedMs < this.restUntilMs) return;
    this.pass ??= this.options.collector.pass();
    try {
      do {
        const { done } = await this.pass.next();
        if (done === true) return this.rest(this.options.garbageMs);
      } while (!this.stopped && this.now() - startedMs < BUSY_MS);
    } catch (error) {
      this.rest(isPassing(error) ? 0 : this.options.garbageMs);
      if (isPassing(error)) this.options.logger.warn({ error: error.message }, 'garbage is collected later');
      else this.options.logger.error({ error }, 'garbage could not be collected');
    }
  }

  private rest(timeMs: number): void {
    this.pass = undefined;
    this.restUntilMs = this.now() + timeMs;
  }
}
