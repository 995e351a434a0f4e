import type { WebhookEndpointObject, WebhookEndpointRecord, WebhookEndpointWithSecretObject } from '#contracts';
import { hintOf } from './sign-message.js';

export function renderWebhookEndpoint(record: WebhookEndpointRecord): WebhookEndpointObject {
  return {
    id: record.id,
    object: 'webhook_endpoint',
    name: record.name,
    url: record.url,
    event_types: record.eventTypes,
    created_at: Math.floor(record.createdAtMs / 1000),
    updated_at: Math.floor(record.updatedAtMs / 1000),
    signing_secret_hint: hintOf(record.secret),
    status: record.disabledReason === null ? 'enabled' : 'disabled',
    disabled_reason: record.disabledReason,
  };
}

/** For the two answers that show a secret: the one that made the endpoint, and the one that made another secret. */
export function renderWithSecret(record: WebhookEndpointRecord): WebhookEndpointWithSecretObject {
  return { ...renderWebhookEndpoint(record), signing_secret: record.secret };
}
