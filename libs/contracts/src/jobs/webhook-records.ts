import type { WebhookEvent, WebhookEventType } from '../openai/webhook-event.js';

/** A secret that is still signed with beside the present one. */
export interface RetiredSecret {
  readonly secret: string;
  readonly untilMs: number;
}

/** The truth about an endpoint, stored under `objectKeys.webhookEndpoint`. Times are Unix milliseconds. */
export interface WebhookEndpointRecord {
  readonly version: 1;
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** As it is called. */
  readonly url: string;
  readonly eventTypes: readonly WebhookEventType[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** `whsec_` and the key in base64; kept as it is, since messages are signed with it. */
  readonly secret: string;
  readonly retiredSecrets: readonly RetiredSecret[];
  /** Why nothing is sent any more; `null` while enabled. */
  readonly disabledReason: string | null;
}

/** An event that an endpoint has not taken yet, stored under `objectKeys.webhookDelivery`. */
export interface WebhookDelivery {
  readonly version: 1;
  readonly event: WebhookEvent;
  /** Those that have failed. */
  readonly attempts: number;
  /** Unix milliseconds before which it is not tried again. */
  readonly nextAtMs: number;
  /** What the last attempt ended with. */
  readonly failure: string | null;
}

/** How a delivery ended: taken, tried for too long, or its endpoint wants no more. */
export const WEBHOOK_OUTCOMES = ['delivered', 'gave_up', 'endpoint_gone'] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

/** What became of a delivery, stored under `objectKeys.webhookSettled`, so that it is not made again. */
export interface SettledWebhook {
  readonly outcome: WebhookOutcome;
  readonly attempts: number;
  readonly atMs: number;
}
