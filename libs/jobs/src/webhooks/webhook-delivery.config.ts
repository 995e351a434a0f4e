import { readInteger, type Environment } from '#platform';

/** Settings of deliveries, which workers make. */
export interface WebhookDeliveryConfig {
  /** Milliseconds before the second try, twice as long before each further one. */
  readonly webhookBackoffMs: number;
  /** Milliseconds from an event's time until it is tried no more; OpenAI's 72 hours. */
  readonly webhookRetryMs: number;
}

const DAY_SECONDS = 86_400;

/** @throws ConfigurationError */
export function readWebhookDeliveryConfig(environment: Environment): WebhookDeliveryConfig {
  return {
    webhookBackoffMs: readInteger(environment, 'SLUICE_WEBHOOK_BACKOFF_MS', {
      fallback: 5000,
      min: 10,
      max: 3_600_000,
    }),
    webhookRetryMs:
      readInteger(environment, 'SLUICE_WEBHOOK_RETRY_SECONDS', {
        fallback: 3 * DAY_SECONDS,
        min: 1,
        max: 30 * DAY_SECONDS,
      }) * 1000,
  };
}
