import { hash } from 'node:crypto';
import { WEBHOOK_EVENT_TYPES, type JobRecord, type WebhookEvent } from '#contracts';
import { timeOfId, timeOrderedId } from '#platform';

const PREFIX = 'evt_';

/**
 * The event of a job's end; `undefined` for a job that has not ended. Id and time follow from what the record froze, so
 * whoever makes the event again makes the same one.
 */
export function toWebhookEvent({ id, kind, status, endedAtMs }: JobRecord): WebhookEvent | undefined {
  const name = `${kind === 'batch' ? 'batch' : 'job'}.${status}`;
  const type = WEBHOOK_EVENT_TYPES.find((known) => known === name);
  if (type === undefined || endedAtMs === null) return undefined;
  const chance = BigInt(`0x${hash('sha256', `${id}/${status}`, 'hex').slice(0, 16)}`).toString(36);
  return {
    id: timeOrderedId(PREFIX, endedAtMs, chance),
    object: 'event',
    type,
    created_at: Math.floor(endedAtMs / 1000),
    data: { id },
  };
}

/** When an event happened, in Unix milliseconds, as its id says. */
export function timeOfEvent(eventId: string): number | undefined {
  return timeOfId(PREFIX, eventId);
}
