import type { WebhookEventType } from './webhook-event.js';

export const WEBHOOK_ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type WebhookEndpointStatus = (typeof WEBHOOK_ENDPOINT_STATUSES)[number];

/** An address that a tenant is told at. Times are Unix seconds. */
export interface WebhookEndpointObject {
  readonly id: string;
  readonly object: 'webhook_endpoint';
  readonly name: string;
  readonly url: string;
  readonly event_types: readonly WebhookEventType[];
  readonly created_at: number;
  readonly updated_at: number;
  /** Its end, by which it is recognised. */
  readonly signing_secret_hint: string;
  /** OpenAI's API does not know this one and the next. */
  readonly status: WebhookEndpointStatus;
  /** `null` while enabled. */
  readonly disabled_reason: string | null;
}

/** Shown when a secret is made, and never again. */
export interface WebhookEndpointWithSecretObject extends WebhookEndpointObject {
  /** `whsec_` and the key in base64. */
  readonly signing_secret: string;
}

export interface DeletedWebhookEndpoint {
  readonly id: string;
  readonly object: 'webhook_endpoint.deleted';
  readonly deleted: true;
}

export interface WebhookTestResult {
  readonly object: 'webhook_endpoint.test';
  readonly webhook_endpoint_id: string;
  readonly event_type: WebhookEventType;
  /** That there was an answer; `status_code` says which. */
  readonly success: true;
  readonly status_code: number;
}
