import {
  objectKeys,
  toListPage,
  WEBHOOK_EVENT_TYPES,
  type CreateWebhookEndpointDto,
  type DeletedWebhookEndpoint,
  type ListPageObject,
  type UpdateWebhookEndpointDto,
  type WebhookEndpointObject,
  type WebhookEndpointRecord,
  type WebhookEndpointWithSecretObject,
  type WebhookEventType,
  type WebhookTestResult,
} from '#contracts';
import { GatewayError, newId, newTimeOrderedId, type OutboundClient } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { rotateSecret } from './endpoint-secrets.js';
import { changeEndpoint } from './change-endpoint.js';
import { renderWebhookEndpoint, renderWithSecret } from './render-webhook-endpoint.js';
import { sendEvent } from './send-event.js';
import { newSigningSecret } from './sign-message.js';

export interface WebhookEndpointsOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly outbound: Pick<OutboundClient, 'post' | 'rules'>;
  /** Milliseconds that a receiver gets to answer. */
  readonly webhookTimeoutMs: number;
  readonly now?: () => number;
}

const PREFIX = 'whe_';
/** Of a tenant: an ended job reads them all. */
const MAX_ENDPOINTS = 20;

/** Where a tenant wants to be told of the ends of its jobs. Another tenant's endpoint is `not_found`. */
export class WebhookEndpoints {
  private readonly now: () => number;

  constructor(private readonly options: WebhookEndpointsOptions) {
    this.now = options.now ?? Date.now;
  }

  /** @throws GatewayError `address_refused`, `invalid_request` where there are too many, `storage_unavailable` */
  async create(tenant: string, request: CreateWebhookEndpointDto): Promise<WebhookEndpointWithSecretObject> {
    const url = this.checkUrl(request.url);
    const { objects } = await this.options.store.list(objectKeys.webhookEndpoints(tenant), { limit: MAX_ENDPOINTS });
    if (objects.length >= MAX_ENDPOINTS) throw tooMany();
    const nowMs = this.now();
    const id = newTimeOrderedId(PREFIX, nowMs);
    const record: WebhookEndpointRecord = {
      version: 1,
      id,
      tenant,
      name: request.name,
      url,
      eventTypes: inOrder(request.event_types),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      secret: newSigningSecret(),
      retiredSecrets: [],
      disabledReason: null,
    };
    await this.options.records.create(objectKeys.webhookEndpoint(tenant, id), record);
    return renderWithSecret(record);
  }

  async retrieve(tenant: string, endpointId: string): Promise<WebhookEndpointObject> {
    return renderWebhookEndpoint(await this.read(tenant, endpointId));
  }

  /** Newest first: one LIST, then the records side by side. */
  async list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<WebhookEndpointObject>> {
    const { after, limit } = query;
    if (after !== undefined && !isEndpointId(after)) {
      throw new GatewayError('invalid_value', "Invalid 'after': expected the id of a webhook endpoint.", {
        param: 'after',
      });
    }
    const prefix = objectKeys.webhookEndpoints(tenant);
    const startAfter = after === undefined ? {} : { startAfter: `${prefix}${after}` };
    const { objects } = await this.options.store.list(prefix, { limit: limit + 1, ...startAfter });
    const keys = objects.slice(0, limit).map(({ key }) => key);
    const found = await Promise.all(keys.map((key) => this.options.records.read<WebhookEndpointRecord>(key)));
    const shown = found.filter((record) => record !== undefined);
    return toListPage(
      shown.map(({ value }) => renderWebhookEndpoint(value)),
      objects.length > limit,
    );
  }

  /** What is absent of the request stays; enabling an endpoint does not bring back what it has missed. */
  async update(tenant: string, endpointId: string, request: UpdateWebhookEndpointDto): Promise<WebhookEndpointObject> {
    const wanted = {
      name: request.name ?? undefined,
      url: request.url == null ? undefined : this.checkUrl(request.url),
      eventTypes: request.event_types == null ? undefined : inOrder(request.event_types),
      status: request.status ?? undefined,
    };
    return renderWebhookEndpoint(
      await this.change(tenant, endpointId, (record) => changeEndpoint(record, wanted, this.now())),
    );
  }

  async rotateSecret(tenant: string, endpointId: string, keep: boolean): Promise<WebhookEndpointWithSecretObject> {
    return renderWithSecret(await this.change(tenant, endpointId, (record) => rotateSecret(record, keep, this.now())));
  }

  /** What has not been delivered yet is dropped. */
  async delete(tenant: string, endpointId: string): Promise<DeletedWebhookEndpoint> {
    await this.read(tenant, endpointId);
    await this.options.store.delete([objectKeys.webhookEndpoint(tenant, endpointId)]);
    return { id: endpointId, object: 'webhook_endpoint.deleted', deleted: true };
  }

  /**
   * Sends a sample at once, and once.
   *
   * @throws GatewayError `address_refused`, `address_unreachable`, `address_too_slow` where there is no answer.
   */
  async test(tenant: string, endpointId: string, type: WebhookEventType): Promise<WebhookTestResult> {
    const record = await this.read(tenant, endpointId);
    const nowMs = this.now();
    const object = type.startsWith('batch.') ? 'batch_test' : 'job_test';
    const event = {
      id: newId('evt_test_'),
      object: 'event',
      type,
      created_at: Math.floor(nowMs / 1000),
      data: { id: object },
    } as const;
    const { outbound, webhookTimeoutMs: timeoutMs } = this.options;
    const { status } = await sendEvent(record, event, { outbound, timeoutMs, nowMs });
    return {
      object: 'webhook_endpoint.test',
      webhook_endpoint_id: endpointId,
      event_type: type,
      success: true,
      status_code: status,
    };
  }

  private async read(tenant: string, endpointId: string): Promise<WebhookEndpointRecord> {
    const key = objectKeys.webhookEndpoint(tenant, endpointId);
    const found = isEndpointId(endpointId) ? await this.options.records.read<WebhookEndpointRecord>(key) : undefined;
    if (found === undefined) throw noSuchEndpoint(endpointId);
    return found.value;
  }

  private async change(
    tenant: string,
    endpointId: string,
    next: (record: WebhookEndpointRecord) => WebhookEndpointRecord | undefined,
  ): Promise<WebhookEndpointRecord> {
    if (!isEndpointId(endpointId)) throw noSuchEndpoint(endpointId);
    try {
      return (await this.options.records.update(objectKeys.webhookEndpoint(tenant, endpointId), next)).value;
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) throw noSuchEndpoint(endpointId, error);
      throw error;
    }
  }

  private checkUrl(text: string): string {
    try {
      return this.options.outbound.rules.checkUrl(text).href;
    } catch (error) {
      if (!GatewayError.is(error, 'address_refused')) throw error;
      throw new GatewayError(error.reason, `Invalid 'url': ${error.message}`, { param: 'url', cause: error });
    }
  }
}

/** Ids come from callers and become keys, so their shape is checked before the store is asked. */
function isEndpointId(id: string): boolean {
  return /^whe_[0-9a-z]{21}$/.test(id);
}

/** Each once, as they are documented. */
function inOrder(types: readonly WebhookEventType[]): WebhookEventType[] {
  return WEBHOOK_EVENT_TYPES.filter((type) => types.includes(type));
}

function noSuchEndpoint(endpointId: string, cause?: unknown): GatewayError {
  return new GatewayError('not_found', `No such WebhookEndpoint object: ${endpointId.slice(0, 100)}`, {
    param: 'id',
    cause,
  });
}

function tooMany(): GatewayError {
  return new GatewayError(
    'invalid_request',
    `There are ${MAX_ENDPOINTS} webhook endpoints already. Delete one, or let one receive more event types.`,
  );
}
