import type { RetiredSecret, WebhookEndpointRecord } from '#contracts';
import { newSigningSecret } from './sign-message.js';

const OVERLAP_MS = 24 * 3_600_000;
/** Of several rotations within a day; each is one more signature in every message. */
const MAX_RETIRED = 4;

/** All that messages are signed with now, the present one first. */
export function secretsOf({ secret, retiredSecrets }: WebhookEndpointRecord, nowMs: number): readonly string[] {
  return [secret, ...active(retiredSecrets, nowMs).map((retired) => retired.secret)];
}

/** @param keep Whether receivers that know the old secret alone are served for another 24 hours. */
export function rotateSecret(record: WebhookEndpointRecord, keep: boolean, nowMs: number): WebhookEndpointRecord {
  const retired = { secret: record.secret, untilMs: nowMs + OVERLAP_MS };
  const retiredSecrets = keep ? [retired, ...active(record.retiredSecrets, nowMs)].slice(0, MAX_RETIRED) : [];
  return { ...record, secret: newSigningSecret(), retiredSecrets, updatedAtMs: nowMs };
}

function active(retired: readonly RetiredSecret[], nowMs: number): readonly RetiredSecret[] {
  return retired.filter(({ untilMs }) => untilMs > nowMs);
}
