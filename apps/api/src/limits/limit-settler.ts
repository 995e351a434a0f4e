import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, Redis } from '#platform';
import { readSettlement, SETTLE_SCRIPT, toArguments } from './settle-script.js';
import type { ShareLedger } from './share-ledger.js';

/** The braces keep everything of it in one slot of a cluster. */
const PREFIX = '{sluice:limits}:';

export interface LimitSettlerOptions {
  readonly ledger: ShareLedger;
  readonly redis: Redis;
  /** Milliseconds between two settlements. */
  readonly settleMs: number;
  readonly logger: Logger;
}

/** Settles a process's shares with those of the others, again and again in the background; no call ever waits for it. */
export class LimitSettler {
  private readonly process = randomBytes(8).toString('hex');
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private isFailing = false;

  constructor(private readonly options: LimitSettlerOptions) {}

  /** Resolves after the first settlement, or without it after `waitMs`. */
  async open(waitMs: number): Promise<void> {
    const { redis } = this.options;
    if (redis.status !== 'ready') {
      const ready = new Promise((resolve) => redis.once('ready', resolve));
      await Promise.race([ready, wait(waitMs, undefined, { ref: false })]);
    }
    await this.settle();
    this.schedule();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.options.redis.disconnect();
  }

  /** Never throws: without a settlement each process goes on with its own part. */
  async settle(): Promise<void> {
    const { ledger, redis, logger } = this.options;
    const report = ledger.report();
    try {
      const answer = await redis.eval(SETTLE_SCRIPT, 1, PREFIX, ...toArguments(this.process, report));
      ledger.settle(report, readSettlement(answer));
      if (this.isFailing) logger.info('limits are shared with the other processes again');
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing && !this.isClosed)
        logger.warn({ error }, 'limits cannot be settled with Redis; each process goes by its own part');
      this.isFailing = true;
    }
  }

  private schedule(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.settle().then(() => this.schedule()), this.options.settleMs);
    this.timer.unref();
  }
}
