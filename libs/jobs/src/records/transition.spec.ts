import { describe, expect, it } from 'vitest';
import { BATCH_STATUSES, TERMINAL_STATUSES, type BatchStatus, type JobOutcome, type JobRecord } from '#contracts';
import { newJobRecord } from '../testing/index.js';
import { transition, type JobEvent } from './transition.js';

const T0 = 1_795_000_000_000;
const COUNTS = { total: 3, completed: 2, failed: 1 };

const planned: JobEvent = { kind: 'planned', model: 'model/dev', total: 3 };
const rejected: JobEvent = { kind: 'rejected', errors: [] };
const cancel: JobEvent = { kind: 'cancel-requested' };
const ending = (outcome: JobOutcome): JobEvent => ({ kind: 'ending', outcome });
const ended: JobEvent = { kind: 'ended', counts: COUNTS, usage: null, outputFileId: 'file-1', errorFileId: null };

const EVENTS = [planned, rejected, cancel, ending('completed'), ending('expired'), ending('cancelled'), ended];

function recordIn(status: BatchStatus, more: Partial<JobRecord> = {}): JobRecord {
  return newJobRecord({ status, createdAtMs: T0, ...more });
}

/** The status that each event leads to; '-' where it changes nothing. In the order of EVENTS. */
const TABLE: Readonly<Record<BatchStatus, readonly string[]>> = {
  validating: ['in_progress', 'failed', 'cancelling', '-', 'finalizing', '-', '-'],
  in_progress: ['-', '-', 'cancelling', 'finalizing', 'finalizing', 'finalizing', '-'],
  finalizing: ['-', '-', '-', '-', '-', '-', 'completed'],
  cancelling: ['-', '-', '-', '-', 'cancelling', 'cancelling', '-'],
  failed: ['-', '-', '-', '-', '-', '-', '-'],
  completed: ['-', '-', '-', '-', '-', '-', '-'],
  expired: ['-', '-', '-', '-', '-', '-', '-'],
  cancelled: ['-', '-', '-', '-', '-', '-', '-'],
};

describe('transition', () => {
  it.each(BATCH_STATUSES)('leads from %s where the table says', (status) => {
    const outcome = status === 'finalizing' ? 'completed' : null;
    const results = EVENTS.map((event) => transition(recordIn(status, { outcome }), event, T0 + 5)?.status ?? '-');
    expect(results).toEqual(TABLE[status]);
  });

  it('never changes a job that has ended', () => {
    for (const status of TERMINAL_STATUSES) {
      for (const outcome of ['completed', 'expired', 'cancelled', null] as const) {
        for (const event of EVENTS) expect(transition(recordIn(status, { outcome }), event, T0)).toBeUndefined();
      }
    }
  });

  it('keeps the outcome that came first', () => {
    for (const outcome of ['completed', 'expired', 'cancelled'] as const) {
      const record = recordIn('finalizing', { outcome, finalizingAtMs: T0 });
      for (const event of EVENTS.slice(0, -1)) expect(transition(record, event, T0 + 5)).toBeUndefined();
      expect(transition(record, ended, T0 + 5)).toMatchObject({ status: outcome, endedAtMs: T0 + 5, counts: COUNTS });
    }
  });

  it('ends a cancelling job as cancelled, whatever else came up', () => {
    const record = recordIn('cancelling', { cancellingAtMs: T0 });
    for (const outcome of ['expired', 'cancelled'] as const) {
      const winding = transition(record, ending(outcome), T0 + 5);
      expect(winding).toMatchObject({ status: 'cancelling', outcome: 'cancelled', finalizingAtMs: T0 + 5 });
      expect(winding && transition(winding, ended, T0 + 6)).toMatchObject({ status: 'cancelled' });
    }
  });

  it('carries over what it does not know, for a newer version of itself', () => {
    const record = { ...recordIn('validating'), somethingNew: 7 };
    expect(transition(record, planned, T0 + 5)).toMatchObject({ somethingNew: 7, total: 3, inProgressAtMs: T0 + 5 });
  });

  it("keeps a job's times in order though the clocks of its processes differ", () => {
    const started = transition(recordIn('validating'), planned, T0 - 5000);
    const winding = started && transition(started, ending('completed'), T0 - 9000);
    const done = winding && transition(winding, ended, T0 - 7000);
    expect(done).toMatchObject({ inProgressAtMs: T0, finalizingAtMs: T0, endedAtMs: T0 });
  });
});
