import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { newTimeOrderedId } from '#platform';
import type { ReadOptions, StoredObject } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { outputFileIds } from '../finish/output-file.js';
import {
  answerOf,
  collectGarbage,
  createBatch,
  createTestBulk,
  driveToEnd,
  failureOf,
  FaultyStore,
  listKeys,
  readRows,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  until,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of each thing that there is to remove. */
const MANY = 12;
const MAX_CALLS_A_STEP = 9;

async function endedJob(bulk: TestBulk): Promise<string> {
  bulk.models.script = (call) => {
    if (call.input === 'text 3') throw failureOf('upstream_rejected');
    return answerOf(call);
  };
  const jobId = await startJob(bulk, requestLines(5));
  await driveToEnd(bulk, jobId);
  return jobId;
}

const keysOf = async (bulk: TestBulk): Promise<string[]> => await listKeys(bulk, '');

describe('GarbageCollector', () => {
  it('removes the notes on deliveries that are over when no event of that age is tried any more', async () => {
    const bulk = createTestBulk();
    await bulk.records.create(objectKeys.webhookSettled(TENANT, 'whe_1', 'evt_1'), { outcome: 'delivered' });
    bulk.clock.nowMs += 40 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ settled_webhook: 1 });
    expect(await keysOf(bulk)).toEqual([]);
  });

  it('removes what the chunks of an ended job have left after a day; record, commits and files stay', async () => {
    const bulk = createTestBulk();
    const jobId = await endedJob(bulk);
    const record = await bulk.jobs.read(TENANT, jobId);
    bulk.clock.nowMs += DAY_MS - HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += HOUR_MS + 1000;
    expect(await collectGarbage(bulk)).toEqual({ job_data: expect.any(Number) });

    expect(await listKeys(bulk, objectKeys.jobData(TENANT, jobId))).toEqual([]);
    expect(await listKeys(bulk, objectKeys.ended)).toEqual([]);
    expect(await listKeys(bulk, objectKeys.commits(TENANT, jobId))).toHaveLength(3);
    expect(await bulk.jobs.read(TENANT, jobId)).toEqual(record);
    expect(await readRows(bulk, record.outputFileId)).toHaveLength(4);
    expect(await readRows(bulk, record.errorFileId)).toHaveLength(1);
    expect(await collectGarbage(bulk)).toEqual({});
  });

  it('touches nothing of a live job, whatever its age and whatever markers say', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(5));
    await runChunk(bulk, jobId, 0);
    await bulk.jobs.markEnded(TENANT, jobId);
    const before = await keysOf(bulk);
    bulk.clock.nowMs += 20 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    expect(await keysOf(bulk)).toEqual(before);
  });

  it('keeps the rows of a job whose file has lost its content', async () => {
    const bulk = createTestBulk();
    const jobId = await endedJob(bulk);
    const { outputFileId } = await bulk.jobs.read(TENANT, jobId);
    await bulk.store.delete([objectKeys.fileContent(TENANT, outputFileId ?? '')]);
    bulk.clock.nowMs += 2 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({});
  });

  it('removes the rows of a job whose files were deleted', async () => {
    const bulk = createTestBulk();
    const jobId = await endedJob(bulk);
    const { outputFileId } = await bulk.jobs.read(TENANT, jobId);
    await bulk.files.delete(TENANT, outputFileId ?? '');
    bulk.clock.nowMs += 2 * DAY_MS;
    await collectGarbage(bulk);
    expect(await listKeys(bulk, objectKeys.jobData(TENANT, jobId))).toEqual([]);
  });

  it('does no harm to an attempt that is still at work when the data of its job goes', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const late = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(2));
    const open = Promise.withResolvers<undefined>();
    late.models.script = async (call) => {
      await open.promise;
      return answerOf(call);
    };
    const attempt = runChunk(late, jobId, 0);
    await until(() => late.models.inputs.length === 2);
    const ended = await driveToEnd(bulk, jobId);
    bulk.clock.nowMs += 2 * DAY_MS;
    await collectGarbage(bulk);
    open.resolve(undefined);

    expect(await attempt).toEqual({ kind: 'committed' });
    expect(await bulk.jobs.read(TENANT, jobId)).toEqual(ended);
    expect(await readRows(bulk, ended.outputFileId)).toHaveLength(2);
    bulk.clock.nowMs += 90 * DAY_MS;
    await bulk.files.delete(TENANT, ended.outputFileId ?? '');
    await collectGarbage(bulk);
    expect(await listKeys(bulk, objectKeys.job(TENANT, jobId))).toEqual([]);
  });

  it('removes an expired file for good, an hour after its time', async () => {
    const bulk = createTestBulk();
    const fileId = await uploadInput(bulk, requestLines(1));
    bulk.clock.nowMs += 30 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ expired_file: 1 });
    expect(await keysOf(bulk)).toEqual([]);
    expect(fileId).toMatch(/^file-/);
  });

  it('keeps the content of an expired input until its last job has ended', async () => {
    const bulk = createTestBulk();
    const inputFileId = await uploadInput(bulk, requestLines(4));
    bulk.clock.nowMs += 30 * DAY_MS - HOUR_MS;
    const [first, second] = [await createBatch(bulk, inputFileId), await createBatch(bulk, inputFileId)];
    bulk.clock.nowMs += 3 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ expired_file: 1 });
    const content = objectKeys.fileContent(TENANT, inputFileId);
    expect(await driveToEnd(bulk, first.id)).toMatchObject({ status: 'completed', counts: { completed: 4 } });
    expect(await driveToEnd(bulk, second.id)).toMatchObject({ status: 'completed', counts: { completed: 4 } });
    expect(await listKeys(bulk, content)).toEqual([]);
    expect(await listKeys(bulk, objectKeys.fileReferences(TENANT, inputFileId))).toEqual([]);
  });

  it('lets a deleted input outlive its job, also when it is collected meanwhile', async () => {
    const bulk = createTestBulk();
    const inputFileId = await uploadInput(bulk, requestLines(4));
    const { id } = await createBatch(bulk, inputFileId);
    await bulk.files.delete(TENANT, inputFileId);
    bulk.clock.nowMs += 23 * HOUR_MS;
    await collectGarbage(bulk);
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'completed', counts: { completed: 4 } });
    expect(await listKeys(bulk, objectKeys.fileContents(TENANT) + inputFileId)).toEqual([]);
  });

  it('removes content that nobody has made a file of for a day, and holds that lead to no job', async () => {
    const bulk = createTestBulk();
    const fileId = await uploadInput(bulk, requestLines(1));
    await bulk.files.hold(TENANT, fileId, 'batch_gone');
    await bulk.store.delete([objectKeys.fileRecord(TENANT, fileId)]);
    for (const key of await listKeys(bulk, objectKeys.fileIndex(TENANT)))
      await bulk.store.delete([objectKeys.fileIndex(TENANT) + key]);
    bulk.clock.nowMs += 23 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += 2 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ orphaned_content: 1 });
    expect(await keysOf(bulk)).toEqual([]);
  });

  it('removes an index entry without a record together with its content', async () => {
    const bulk = createTestBulk();
    const fileId = await uploadInput(bulk, requestLines(1));
    await bulk.store.delete([objectKeys.fileRecord(TENANT, fileId)]);
    bulk.clock.nowMs += 25 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ expired_file: 1 });
    expect(await keysOf(bulk)).toEqual([]);
  });

  it('keeps the content that a job is being wound up into, however long that takes', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    await bulk.sweeper.sweep();
    const [outputFileId = ''] = outputFileIds(await bulk.jobs.read(TENANT, jobId));
    // As a finaliser leaves it that dies between the content and the file.
    await bulk.store.put(objectKeys.fileContent(TENANT, outputFileId), 'rows');
    bulk.clock.nowMs += 2 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    expect(await listKeys(bulk, objectKeys.fileContent(TENANT, outputFileId))).toHaveLength(1);
    expect(await driveToEnd(bulk, jobId)).toMatchObject({ outputFileId });
    expect(await readRows(bulk, outputFileId)).toHaveLength(2);
  });

  it('removes an old job once its files are gone, and not before', async () => {
    const bulk = createTestBulk();
    const jobId = await endedJob(bulk);
    const record = await bulk.jobs.read(TENANT, jobId);
    bulk.clock.nowMs += 91 * DAY_MS;
    await collectGarbage(bulk);
    expect(await bulk.jobs.read(TENANT, jobId)).toEqual(record);
    for (const fileId of [record.outputFileId, record.errorFileId]) await bulk.files.delete(TENANT, fileId ?? '');
    expect(await collectGarbage(bulk)).toMatchObject({ old_job: expect.any(Number) });
    expect(await keysOf(bulk)).toEqual([]);
  });

  it('goes through all tenants', async () => {
    const bulk = createTestBulk();
    for (const tenant of ['acme', 'b', 'z']) await uploadInput(bulk, requestLines(1), tenant);
    bulk.clock.nowMs += 31 * DAY_MS;
    expect(await collectGarbage(bulk)).toEqual({ expired_file: 3 });
    expect(await keysOf(bulk)).toEqual([]);
  });

  it('removes notes of who waited for a recording after two days', async () => {
    const bulk = createTestBulk();
    await bulk.store.put(objectKeys.recordingJoin(TENANT, 'digest'), '{}');
    bulk.clock.nowMs = Date.now() + 2 * DAY_MS - HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({});
    bulk.clock.nowMs += 2 * HOUR_MS;
    expect(await collectGarbage(bulk)).toEqual({ recording_join: 1 });

    expect(await listKeys(bulk, objectKeys.recordingJoins(TENANT))).toEqual([]);
  });

  it('asks the store a few times a step, however much is old', async () => {
    const store = new FaultyStore(new MemoryObjectStore());
    const bulk = createTestBulk({ store });
    for (let index = 0; index < MANY; index++) {
      await uploadInput(bulk, requestLines(1));
      await store.put(objectKeys.fileContent(TENANT, newTimeOrderedId('file-', 0)), 'left');
      await endedJob(bulk);
    }
    bulk.clock.nowMs = Date.now() + 100 * DAY_MS;
    for (let index = 0; index < MANY; index++) await startJob(bulk, requestLines(1));
    const steps: number[] = [];
    await collectGarbage(bulk, () => steps.push(store.calls));

    const costs = steps.map((calls, at) => calls - (steps[at - 1] ?? calls));
    expect(Math.max(...costs)).toBeLessThanOrEqual(MAX_CALLS_A_STEP);
  });

  it('reads the live jobs once for all contents without a file', async () => {
    const read: string[] = [];
    const inner = new MemoryObjectStore();
    const store = new (class extends FaultyStore {
      override async get(key: string, options?: ReadOptions): Promise<StoredObject> {
        read.push(key);
        return await super.get(key, options);
      }
    })(inner);
    const bulk = createTestBulk({ store });
    for (let index = 0; index < MANY; index++) {
      await store.put(objectKeys.fileContent(TENANT, newTimeOrderedId('file-', 0)), 'left');
    }
    bulk.clock.nowMs = Date.now() + 2 * DAY_MS;
    const live = await startJob(bulk, requestLines(1));
    read.length = 0;
    expect(await collectGarbage(bulk)).toEqual({ orphaned_content: MANY });

    expect(read.filter((key) => key === objectKeys.jobRecord(TENANT, live))).toHaveLength(1);
  });
});
