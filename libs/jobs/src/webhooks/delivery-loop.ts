import { objectKeys, parseWebhookDelivery } from '#contracts';
import { pause, type Logger } from '#platform';
import type { ObjectStore } from '#storage';
import { listPages } from '../objects/list-pages.js';
import { isPassing } from '../sweep/sweeper.js';
import { DeliveryLane } from './delivery-lane.js';
import { timeOfEvent } from './to-webhook-event.js';
import type { DeliveryResult, DueEntry, OutboxEntry, WebhookDeliverer } from './webhook-deliverer.js';
import type { WebhookMetrics } from './webhook-metrics.js';

export interface DeliveryLoopOptions {
  readonly store: ObjectStore;
  readonly deliverer: Pick<WebhookDeliverer, 'attempt'>;
  readonly metrics: Pick<WebhookMetrics, 'waiting'>;
  /** Whether this worker holds the lock of the one that sweeps. */
  readonly isLeading: () => boolean;
  /** Milliseconds between two looks into the outbox. */
  readonly sweepMs: number;
  /** Milliseconds that deliveries under way get to end when the worker stops; two seconds where absent. */
  readonly stopGraceMs?: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** A look at a full outbox takes a while: the rest behind it is so many times as long at least. */
const REST_FACTOR = 10;
const GRACE_MS = 2000;

/** Delivers what is in the outbox, in the worker that leads. All that it must know is there; what it remembers saves reads. */
export class DeliveryLoop {
  private readonly now: () => number;
  private readonly lanes = new Map<string, DeliveryLane>();
  private readonly stopping = new AbortController();
  /** An entry that has not changed since needs no look. */
  private dues = new Map<string, DueEntry>();
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: DeliveryLoopOptions) {
    this.now = options.now ?? Date.now;
  }

  start(): void {
    this.wait(0);
  }

  /**
   * Lets what is under way end, and breaks off what does not in time: that counts as not tried, and is made again. To be
   * awaited before another worker may lead, which would make it at the same time. Waits for no store that hangs.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const lane of this.lanes.values()) lane.clear();
    const ended = new AbortController();
    const { stopGraceMs = GRACE_MS } = this.options;
    await Promise.race([this.close().finally(() => ended.abort()), pause(stopGraceMs, ended.signal)]);
    this.stopping.abort(new Error('the worker stops'));
  }

  /** Resolves when all is over, once it was stopped. */
  async close(): Promise<void> {
    await this.work;
    await this.idle();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.idle()));
  }

  /** Looks for what is due and sets it going. Never throws: what it could not see the next look will. */
  async look(): Promise<void> {
    if (!this.options.isLeading()) return this.resign();
    try {
      await this.fill();
    } catch (error) {
      if (isPassing(error)) this.options.logger.warn({ error: error.message }, 'events are delivered later');
      else this.options.logger.error({ error }, 'events cannot be delivered');
    }
  }

  private wait(restMs: number): void {
    this.timer = setTimeout(() => {
      const startedMs = this.now();
      this.work = this.look().then(() => {
        if (!this.stopped) this.wait(Math.max(this.options.sweepMs, REST_FACTOR * (this.now() - startedMs)));
      });
    }, restMs).unref();
  }

  private async fill(): Promise<void> {
    const due = new Map<string, OutboxEntry[]>();
    const dues = new Map<string, DueEntry>();
    let waiting = 0;
    let oldestMs = this.now();
    for await (const { objects } of listPages(this.options.store, objectKeys.outbox)) {
      for (const { key, etag } of objects) {
        const parsed = parseWebhookDelivery(key);
        if (parsed === undefined) continue;
        waiting++;
        oldestMs = Math.min(oldestMs, timeOfEvent(parsed.eventId) ?? oldestMs);
        const known = this.dues.get(key);
        if (known?.etag === etag) dues.set(key, known);
        if (known?.etag === etag && known.dueMs > this.now()) continue;
        const lane = `${parsed.tenant}/${parsed.endpointId}`;
        const entries = due.get(lane) ?? [];
        entries.push({ key, ...parsed });
        due.set(lane, entries);
      }
    }
    this.dues = dues;
    this.options.metrics.waiting(waiting, (this.now() - oldestMs) / 1000);
    if (!this.stopped) this.fillLanes(due);
  }

  /** Ids sort newest first, so the oldest is at the end. */
  private fillLanes(due: ReadonlyMap<string, OutboxEntry[]>): void {
    for (const [name, lane] of this.lanes) if (!due.has(name) && lane.isIdle) this.lanes.delete(name);
    for (const [name, entries] of due) {
      const lane = this.lanes.get(name) ?? new DeliveryLane({ attempt: async (entry) => await this.attempt(entry) });
      this.lanes.set(name, lane);
      lane.fill(entries.toReversed());
    }
  }

  private async attempt(entry: OutboxEntry): Promise<DeliveryResult | undefined> {
    if (this.stopped || !this.options.isLeading()) return undefined;
    try {
      const result = await this.options.deliverer.attempt(entry, this.stopping.signal);
      if (result.later !== undefined) this.dues.set(entry.key, result.later);
      return result;
    } catch (error) {
      if (this.stopping.signal.aborted) return undefined;
      const facts = { tenant: entry.tenant, endpointId: entry.endpointId, eventId: entry.eventId };
      if (isPassing(error)) this.options.logger.warn({ ...facts, error: error.message }, 'an event is delivered later');
      else this.options.logger.error({ ...facts, error }, 'an event cannot be delivered');
      return undefined;
    }
  }

  /** Another worker delivers from now on. */
  private resign(): void {
    for (const lane of this.lanes.values()) lane.clear();
    this.dues.clear();
    this.options.metrics.waiting(0, 0);
  }
}
