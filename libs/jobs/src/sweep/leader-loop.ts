import type { JobHint } from '#contracts';
import type { Logger } from '#platform';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { JobsSeen } from './job-watch.js';
import { isPassing, type Sweeper } from './sweeper.js';

/** A lock that one worker holds at a time and must renew. */
export abstract class LeaderLock {
  /** True while this process holds the lock; takes it when it is free. False when Redis does not answer. */
  abstract hold(): Promise<boolean>;
  abstract release(): Promise<void>;
}

export interface LeaderLoopOptions {
  readonly lock: LeaderLock;
  readonly sweeper: Sweeper;
  readonly dispatcher: Dispatcher;
  readonly sweepMs: number;
  readonly logger: Logger;
  onSweep(result: JobsSeen & { readonly jobs: number; readonly seconds: number }): void;
  /** Another worker leads from now on. */
  onResigned?(): void;
}

/**
 * The plain timer that runs in every worker; the one that holds the lock sweeps and dispatches. Never a scheduler in
 * Redis, which would be lost with it.
 */
export class LeaderLoop {
  private leading = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private lastSweepMs = 0;

  constructor(private readonly options: LeaderLoopOptions) {}

  /** Whether this worker held the lock when it last asked. */
  get isLeading(): boolean {
    return this.leading && !this.stopped;
  }

  start(): void {
    this.tick();
  }

  /** Only the leader acts on hints; they wait their turn behind a running sweep. */
  hint(hint: Exclude<JobHint, { kind: 'shared' }>): void {
    if (!this.leading || this.stopped) return;
    this.enqueue(() => this.options.sweeper.take(hint));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
    if (this.leading) await this.options.lock.release();
    this.leading = false;
  }

  private tick(): void {
    this.enqueue(() => this.turn());
    this.work = this.work.then(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.tick(), Math.min(TICK_MS, this.options.sweepMs));
    });
  }

  private enqueue(step: () => Promise<void>): void {
    this.work = this.work.then(step).catch((error: unknown) => {
      if (isPassing(error))
        this.options.logger.warn({ error: error.message }, 'a sweep was cut short; the next one goes on');
      else this.options.logger.error({ error }, 'a sweep failed');
    });
  }

  private async turn(): Promise<void> {
    const held = await this.options.lock.hold();
    if (!held && this.leading) {
      this.options.dispatcher.reset();
      this.options.onResigned?.();
    }
    const taken = held && !this.leading;
    this.leading = held;
    if (!held || (!taken && Date.now() - this.lastSweepMs < this.options.sweepMs)) return;
    this.lastSweepMs = Date.now();
    const result = await this.options.sweeper.sweep();
    this.options.onSweep({ ...result, seconds: (Date.now() - this.lastSweepMs) / 1000 });
  }
}

/** How often the lock is renewed; well within its life. */
const TICK_MS = 2000;
