import { describe, expect, it } from 'vitest';
import { objectKeys, type JobRecord } from '#contracts';
import {
  createBatch,
  createTestBulk,
  drainQueue,
  listKeys,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  uploadInput,
} from '../testing/index.js';

const NEWER = [{ kind: 'audio' }, { version: 2 }] as unknown as Partial<JobRecord>[];

describe('a worker and a job that is newer than it', () => {
  it.each(NEWER)('leaves it unplanned: %j', async (newer) => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, ['not', 'jsonl']));
    const { value } = await bulk.records.update<JobRecord>(objectKeys.jobRecord(TENANT, id), (old) => ({
      ...old,
      ...newer,
    }));
    await bulk.sweeper.sweep();
    expect(await bulk.control.run({ version: 1, task: 'plan', tenant: TENANT, jobId: id })).toMatchObject({
      kind: 'later',
    });
    await drainQueue(bulk);
    expect(await bulk.jobs.find(TENANT, id)).toEqual(value);
    expect(await listKeys(bulk, objectKeys.active)).toHaveLength(1);
  });

  it.each(NEWER)('runs no chunk of it and does not wind it up: %j', async (newer) => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    await bulk.records.update<JobRecord>(objectKeys.jobRecord(TENANT, id), (old) => ({ ...old, ...newer }));
    expect(await runChunk(bulk, id, 0)).toMatchObject({ kind: 'later' });
    await bulk.jobs.apply(TENANT, id, { kind: 'cancel-requested' });
    const before = await bulk.jobs.find(TENANT, id);
    expect(await bulk.control.run({ version: 1, task: 'finish', tenant: TENANT, jobId: id })).toMatchObject({
      kind: 'later',
    });
    expect(await bulk.jobs.find(TENANT, id)).toEqual(before);
    expect(bulk.models.inputs).toEqual([]);
    expect(await listKeys(bulk, objectKeys.commits(TENANT, id))).toEqual([]);
  });
});
