import {
  objectKeys,
  type JobRecord,
  type WebhookDelivery,
  type WebhookEndpointRecord,
  type WebhookEvent,
} from '#contracts';
import type { ObjectStore, RecordStore } from '#storage';
import { toWebhookEvent } from './to-webhook-event.js';

export interface WebhookOutboxOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
}

/** Where events wait in the object store until their endpoints have taken them. */
export class WebhookOutbox {
  constructor(private readonly options: WebhookOutboxOptions) {}

  /**
   * Puts a job's end down for each endpoint that wants to hear of it. Doing it twice is doing it once. A tenant without
   * endpoints costs one LIST.
   *
   * @throws GatewayError `storage_unavailable`
   */
  async announce(record: JobRecord): Promise<void> {
    const event = toWebhookEvent(record);
    if (event === undefined) return;
    const { store, records } = this.options;
    const { objects } = await store.list(objectKeys.webhookEndpoints(record.tenant));
    await Promise.all(
      objects.map(async ({ key }) => {
        const endpoint = (await records.read<WebhookEndpointRecord>(key))?.value;
        if (endpoint !== undefined && wants(endpoint, event)) await this.put(endpoint, event, record);
      }),
    );
  }

  private async put({ id }: WebhookEndpointRecord, event: WebhookEvent, { tenant }: JobRecord): Promise<void> {
    const delivery: WebhookDelivery = { version: 1, event, attempts: 0, nextAtMs: 0, failure: null };
    await this.options.records.commitOnce(objectKeys.webhookDelivery(tenant, id, event.id), delivery);
  }
}

function wants({ eventTypes, disabledReason }: WebhookEndpointRecord, { type }: WebhookEvent): boolean {
  return disabledReason === null && eventTypes.includes(type);
}
