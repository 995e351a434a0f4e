import { describe, expect, it } from 'vitest';
import { newJobRecord } from '../testing/index.js';
import { timeOfEvent, toWebhookEvent } from './to-webhook-event.js';

const ENDED_AT = 1_764_165_000_123;

describe('the event of a job', () => {
  it.each([
    ['batch', 'completed', 'batch.completed'],
    ['batch', 'failed', 'batch.failed'],
    ['batch', 'expired', 'batch.expired'],
    ['batch', 'cancelled', 'batch.cancelled'],
    ['embeddings', 'completed', 'job.completed'],
    ['transcription', 'cancelled', 'job.cancelled'],
  ] as const)('of kind %s that is %s is %s, same at each making', (kind, status, type) => {
    const record = { ...newJobRecord(), kind, status, endedAtMs: ENDED_AT };
    const event = toWebhookEvent(record);

    expect(event).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-z]{21}$/) as string,
      object: 'event',
      type,
      created_at: 1_764_165_000,
      data: { id: record.id },
    });
    expect(toWebhookEvent({ ...record })).toEqual(event);
    expect(timeOfEvent(event?.id ?? '')).toBe(ENDED_AT);
  });

  it('differs between jobs, and is none before the end', () => {
    const record = { ...newJobRecord(), status: 'completed', endedAtMs: ENDED_AT } as const;

    expect(toWebhookEvent({ ...record, id: 'batch_other' })?.id).not.toBe(toWebhookEvent(record)?.id);
    expect(toWebhookEvent({ ...record, status: 'finalizing', endedAtMs: null })).toBeUndefined();
  });
});
