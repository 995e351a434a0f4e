import { isDeepStrictEqual } from 'node:util';
import type { WebhookEndpointRecord, WebhookEventType } from '#contracts';

export interface EndpointChange {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly eventTypes: readonly WebhookEventType[] | undefined;
  readonly status: 'enabled' | 'disabled' | undefined;
}

/** The endpoint's next record; `undefined` when nothing changes. */
export function changeEndpoint(
  record: WebhookEndpointRecord,
  { name, url, eventTypes, status }: EndpointChange,
  nowMs: number,
): WebhookEndpointRecord | undefined {
  const next = {
    ...record,
    name: name ?? record.name,
    url: url ?? record.url,
    eventTypes: eventTypes ?? record.eventTypes,
    disabledReason: reasonOf(record, status),
  };
  return isDeepStrictEqual(next, record) ? undefined : { ...next, updatedAtMs: nowMs };
}

function reasonOf({ disabledReason }: WebhookEndpointRecord, status: EndpointChange['status']): string | null {
  if (status === undefined) return disabledReason;
  return status === 'enabled' ? null : (disabledReason ?? 'It was disabled by its owner.');
}
