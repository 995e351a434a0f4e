import type { DeliveryResult, OutboxEntry } from './webhook-deliverer.js';

export interface DeliveryLaneOptions {
  /** Must not throw; `undefined` where nothing came of it. */
  attempt(entry: OutboxEntry): Promise<DeliveryResult | undefined>;
}

/** Deliveries to one endpoint at a time. */
const AT_ONCE = 4;

/**
 * The deliveries of one endpoint, a few at a time, so that a receiver that is dead or slow holds up itself alone. One that
 * has just failed is tried by a single delivery until it takes one.
 */
export class DeliveryLane {
  private waiting: OutboxEntry[] = [];
  private readonly running = new Map<string, Promise<void>>();
  private failing = false;

  constructor(private readonly options: DeliveryLaneOptions) {}

  get isIdle(): boolean {
    return this.running.size === 0 && this.waiting.length === 0;
  }

  /** Replaces what waits by what is due now; what is under way goes on. */
  fill(due: readonly OutboxEntry[]): void {
    this.waiting = due.filter(({ key }) => !this.running.has(key));
    this.go();
  }

  /** Begins nothing any more. */
  clear(): void {
    this.waiting = [];
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  private go(): void {
    const limit = this.failing ? 1 : AT_ONCE;
    while (this.running.size < limit) {
      const entry = this.waiting.shift();
      if (entry === undefined) return;
      const run = this.run(entry).finally(() => {
        this.running.delete(entry.key);
        this.go();
      });
      this.running.set(entry.key, run);
    }
  }

  private async run(entry: OutboxEntry): Promise<void> {
    const result = await this.options.attempt(entry);
    this.failing = result?.failed ?? true;
    // The rest is tried after the next look: each failure takes as long as a receiver is waited for.
    if (this.failing) this.clear();
  }
}
