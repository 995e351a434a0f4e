import { readInteger, type Environment } from '#platform';

/** Settings of webhooks that both processes share. */
export interface WebhookConfig {
  /** Milliseconds that a receiver gets to answer; Standard Webhooks advises 15 to 30 s. */
  readonly webhookTimeoutMs: number;
}

/** @throws ConfigurationError */
export function readWebhookConfig(environment: Environment): WebhookConfig {
  return {
    webhookTimeoutMs: readInteger(environment, 'SLUICE_WEBHOOK_TIMEOUT_MS', {
      fallback: 15_000,
      min: 100,
      max: 60_000,
    }),
  };
}
