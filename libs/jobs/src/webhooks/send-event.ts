import type { WebhookEndpointRecord, WebhookEvent } from '#contracts';
import type { OutboundAnswer, OutboundClient } from '#platform';
import { secretsOf } from './endpoint-secrets.js';
import { signMessage } from './sign-message.js';

export interface SendOptions {
  readonly outbound: Pick<OutboundClient, 'post'>;
  /** Milliseconds until the head of the answer. */
  readonly timeoutMs: number;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

const USER_AGENT = 'Sluice-Webhooks/1.0';

/** One try to deliver an event. @throws GatewayError `address_refused`, `address_unreachable`, `address_too_slow` */
export async function sendEvent(
  endpoint: WebhookEndpointRecord,
  event: WebhookEvent,
  { outbound, timeoutMs, nowMs, signal }: SendOptions,
): Promise<OutboundAnswer> {
  const body = JSON.stringify(event);
  const signed = signMessage({ id: event.id, body, secrets: secretsOf(endpoint, nowMs), sentAtMs: nowMs });
  const headers = { 'content-type': 'application/json', 'user-agent': USER_AGENT, ...signed };
  return await outbound.post({ url: endpoint.url, headers, body, timeoutMs, ...(signal && { signal }) });
}
