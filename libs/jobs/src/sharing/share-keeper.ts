import { randomBytes } from 'node:crypto';
import type { Logger } from '#platform';
import type { CapacityBoard, CapacityDecision } from './capacity-board.port.js';
import { EndpointShare, type SharedSlots, type ShareSettings } from './endpoint-share.js';

/** As often as signals are published. */
const TICK_MS = 100;

/**
 * Keeps this worker's part of what its endpoints take: asks for it again and again while there is work, and decides for
 * all workers where it leads. Without Redis each endpoint gets one call at a time from this worker.
 */
export class ShareKeeper {
  private readonly worker = randomBytes(8).toString('hex');
  private readonly shares = new Map<string, EndpointShare>();
  private timer: NodeJS.Timeout | undefined;
  private isTicking = false;
  private isWoken = false;
  private isClosed = false;
  private isFailing = false;

  constructor(private readonly options: { readonly board: CapacityBoard; readonly logger: Logger }) {}

  open(settings: ShareSettings, slots: SharedSlots): EndpointShare {
    const share = new EndpointShare(settings, slots);
    this.shares.set(settings.endpoint, share);
    return share;
  }

  /** A call waits: an endpoint that had no work before gets its part at once. */
  wake(): void {
    this.isWoken = true;
    if (this.isTicking || this.isClosed || this.timer !== undefined) return;
    void this.run();
  }

  /** What was last decided for endpoints that this worker has called, and what it holds of them. */
  latest(): { readonly endpoint: string; readonly lease: number; readonly decision: CapacityDecision | undefined }[] {
    return [...this.shares.values()].map(({ endpoint, lease, decision }) => ({ endpoint, lease, decision }));
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.isTicking = true;
    this.isWoken = false;
    const working = [...this.shares.values()].filter((share) => share.isWorking());
    const results = await Promise.allSettled(working.map((share) => share.settle(this.options.board, this.worker)));
    this.isTicking = false;
    this.report(results.find((result) => result.status === 'rejected'));
    // A call that began to wait while this one found no work has nobody else to wake it.
    if (this.isClosed || (working.length === 0 && !this.isWoken)) return;
    this.timer = setTimeout(() => void this.run(), TICK_MS);
    this.timer.unref();
  }

  private report(failure: PromiseRejectedResult | undefined): void {
    const { logger } = this.options;
    if (failure !== undefined && !this.isFailing) {
      logger.warn(
        { error: failure.reason as unknown },
        'capacity cannot be shared with other processes; one call at a time',
      );
    }
    if (failure === undefined && this.isFailing) logger.info('capacity is shared with the other processes again');
    this.isFailing = failure !== undefined;
  }
}
