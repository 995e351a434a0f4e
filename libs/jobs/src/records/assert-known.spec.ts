import { describe, expect, it } from 'vitest';
import { objectKeys, type JobRecord } from '#contracts';
import {
  createTestBulk,
  drainQueue,
  listKeys,
  newJobRecord,
  requestLines,
  startJob,
  TENANT,
} from '../testing/index.js';
import { isKnown } from './assert-known.js';

const STRANGERS = [
  ['another kind', { kind: 'distillation' }],
  ['another version', { version: 3 }],
] as const;

function strange(change: object): JobRecord {
  return { ...newJobRecord(), ...change } as JobRecord;
}

describe('isKnown', () => {
  it('knows the records that this process writes', () => {
    expect(isKnown(newJobRecord())).toBe(true);
  });
});

describe.each(STRANGERS)('a record of %s', (_, change) => {
  it.each(['validating', 'in_progress', 'cancelling', 'finalizing', 'failed'] as const)(
    'is left exactly as it is while %s, and nothing of it is removed',
    async (status) => {
      const bulk = createTestBulk();
      const record = strange({ ...change, tenant: TENANT, status, deadlineMs: 1, outcome: null });
      await bulk.jobs.mark(TENANT, record.id, [record.inputFileId]);
      await bulk.jobs.createOnce(record);
      bulk.clock.nowMs += 7_200_000;
      await bulk.sweeper.sweep();
      await bulk.sweeper.take({ kind: 'created', tenant: TENANT, jobId: record.id });
      await bulk.control.run({ version: 1, task: 'plan', tenant: TENANT, jobId: record.id });
      await bulk.control.run({ version: 1, task: 'finish', tenant: TENANT, jobId: record.id });
      await drainQueue(bulk);

      expect(await bulk.jobs.find(TENANT, record.id)).toEqual(record);
      expect(await listKeys(bulk, objectKeys.active)).toEqual([`${TENANT}/${record.id}`]);
      expect(await listKeys(bulk, `t/${TENANT}/jobs/`)).toEqual([]);
    },
  );

  it('has its chunks handed back', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    await bulk.records.update(objectKeys.jobRecord(TENANT, jobId), (record: JobRecord) =>
      strange({ ...record, ...change }),
    );
    expect(
      await bulk.runner.run({ version: 1, tenant: TENANT, jobId, chunk: 0 }, new AbortController().signal),
    ).toMatchObject({
      kind: 'later',
    });
    expect(bulk.models.inputs).toEqual([]);
  });
});
