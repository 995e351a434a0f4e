import {
  objectKeys,
  type SettledWebhook,
  type WebhookDelivery,
  type WebhookEndpointRecord,
  type WebhookOutcome,
} from '#contracts';
import { GatewayError, type Logger, type OutboundClient } from '#platform';
import type { ObjectStore, RecordStore, Versioned } from '#storage';
import { judgeAnswer, judgeError, type Judgement } from './judge-attempt.js';
import { retryDelay } from './retry-delay.js';
import { sendEvent } from './send-event.js';
import type { AttemptOutcome } from './webhook-metrics.js';

/** A delivery that the outbox lists. */
export interface OutboxEntry {
  readonly key: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly eventId: string;
}

export interface WebhookDelivererOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly outbound: Pick<OutboundClient, 'post'>;
  readonly webhookTimeoutMs: number;
  readonly webhookBackoffMs: number;
  readonly webhookRetryMs: number;
  readonly logger: Logger;
  onAttempt(outcome: AttemptOutcome): void;
  onSettled(outcome: WebhookOutcome): void;
  readonly now?: () => number;
}

/** When an entry is due, as it stands under an ETag. */
export interface DueEntry {
  readonly etag: string;
  /** Unix milliseconds. */
  readonly dueMs: number;
}

export interface DeliveryResult {
  /** Whether a receiver was asked and did not take it. */
  readonly failed: boolean;
  /** Absent where nothing is left to do. */
  readonly later?: DueEntry;
}

const OVER: DeliveryResult = { failed: false };

/**
 * Makes one try at a delivery. How it ended is written down before the entry goes, so an entry that a late finaliser or a
 * crash leaves behind is known for one that was delivered; only a crash between the answer and that note sends an event
 * again.
 */
export class WebhookDeliverer {
  private readonly now: () => number;

  constructor(private readonly options: WebhookDelivererOptions) {
    this.now = options.now ?? Date.now;
  }

  /** @throws GatewayError `storage_unavailable`, or the reason of the signal: then nothing has changed. */
  async attempt(entry: OutboxEntry, stop: AbortSignal): Promise<DeliveryResult> {
    const { records, store } = this.options;
    const delivery = await records.read<WebhookDelivery>(entry.key);
    if (delivery === undefined) return OVER;
    const { nextAtMs, attempts } = delivery.value;
    if (nextAtMs > this.now()) return { failed: false, later: { etag: delivery.etag, dueMs: nextAtMs } };
    const [settled, endpoint] = await Promise.all([
      records.read<SettledWebhook>(settledKey(entry)),
      records.read<WebhookEndpointRecord>(objectKeys.webhookEndpoint(entry.tenant, entry.endpointId)),
    ]);
    if (settled !== undefined) {
      await store.delete([entry.key]);
      return OVER;
    }
    if (endpoint === undefined || endpoint.value.disabledReason !== null)
      return await this.settle(entry, 'endpoint_gone', attempts);
    const judgement = await this.send(endpoint.value, delivery.value, stop);
    this.options.onAttempt(judgement.outcome);
    if (judgement.outcome === 'delivered') return await this.settle(entry, 'delivered', attempts + 1);
    if (judgement.outcome === 'gone' && (await this.disable(endpoint, judgement.detail)))
      return await this.settle(entry, 'endpoint_gone', attempts + 1);
    return await this.putOff(entry, delivery, judgement);
  }

  private async send(
    endpoint: WebhookEndpointRecord,
    { event }: WebhookDelivery,
    signal: AbortSignal,
  ): Promise<Judgement> {
    const { outbound, webhookTimeoutMs: timeoutMs } = this.options;
    try {
      const answer = await sendEvent(endpoint, event, { outbound, timeoutMs, nowMs: this.now(), signal });
      return judgeAnswer(answer, this.now());
    } catch (error) {
      signal.throwIfAborted();
      return judgeError(error);
    }
  }

  private async putOff(
    entry: OutboxEntry,
    delivery: Versioned<WebhookDelivery>,
    { detail, retryAfterMs }: Judgement,
  ): Promise<DeliveryResult> {
    const { webhookBackoffMs: backoffMs, webhookRetryMs, logger, records } = this.options;
    const attempts = delivery.value.attempts + 1;
    const nowMs = this.now();
    const facts = { tenant: entry.tenant, endpointId: entry.endpointId, eventId: entry.eventId, attempts, detail };
    if (nowMs - delivery.value.event.created_at * 1000 >= webhookRetryMs) {
      logger.warn(facts, 'an event was not taken and is given up');
      await this.settle(entry, 'gave_up', attempts);
      return { failed: true };
    }
    logger.debug(facts, 'an event was not taken; it is sent again later');
    const nextAtMs = nowMs + retryDelay(attempts, { backoffMs, retryAfterMs });
    try {
      const next = { ...delivery.value, attempts, nextAtMs, failure: detail };
      const { etag } = await records.replace(delivery, next);
      return { failed: true, later: { etag, dueMs: nextAtMs } };
    } catch (error) {
      // Another worker that takes itself for the one that delivers has been faster.
      if (GatewayError.is(error, 'conflict') || GatewayError.is(error, 'not_found')) return OVER;
      throw error;
    }
  }

  private async settle(entry: OutboxEntry, outcome: WebhookOutcome, attempts: number): Promise<DeliveryResult> {
    const { records, store } = this.options;
    const settled: SettledWebhook = { outcome, attempts, atMs: this.now() };
    const { won } = await records.commitOnce(settledKey(entry), settled);
    await store.delete([entry.key]);
    if (won) this.options.onSettled(outcome);
    return OVER;
  }

  /** @returns false where its owner has given another address meanwhile. */
  private async disable({ key, value: asked }: Versioned<WebhookEndpointRecord>, detail: string): Promise<boolean> {
    const { records, logger } = this.options;
    const change = { disabledReason: `The receiver wants no more: ${detail}.`, updatedAtMs: this.now() };
    try {
      const { value } = await records.update<WebhookEndpointRecord>(key, (record) =>
        record.url === asked.url ? { ...record, ...change } : undefined,
      );
      if (value.url !== asked.url) return false;
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
    }
    logger.info({ tenant: asked.tenant, endpointId: asked.id, detail }, 'a webhook endpoint was disabled');
    return true;
  }
}

function settledKey({ tenant, endpointId, eventId }: OutboxEntry): string {
  return objectKeys.webhookSettled(tenant, endpointId, eventId);
}
