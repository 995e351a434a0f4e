import { describe, expect, it } from 'vitest';
import { objectKeys, type JobPlan } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createBatch,
  createTestBulk,
  requestLine,
  requestLines,
  runChunk,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

async function readPlan(bulk: TestBulk, jobId: string): Promise<JobPlan | undefined> {
  return (await bulk.records.read<JobPlan>(objectKeys.plan(TENANT, jobId)))?.value;
}

async function createOver(bulk: TestBulk, lines: readonly string[]) {
  const inputFileId = await uploadInput(bulk, lines);
  const { id } = await createBatch(bulk, inputFileId);
  return { id, inputFileId };
}

describe('JobPlanner', () => {
  it('stores a plan of the very object it read, and starts the job', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const { id, inputFileId } = await createOver(bulk, requestLines(5));
    bulk.clock.nowMs += 1000;
    const record = await bulk.planner.plan(TENANT, id);
    expect(record).toMatchObject({
      status: 'in_progress',
      total: 5,
      model: 'model/dev',
      inProgressAtMs: bulk.clock.nowMs,
    });
    const key = objectKeys.fileContent(TENANT, inputFileId);
    const { etag, size } = await bulk.store.head(key);
    expect(await readPlan(bulk, id)).toMatchObject({ jobId: id, total: 5, input: { key, etag, bytes: size } });
    expect((await readPlan(bulk, id))?.chunks.map(({ requests }) => requests)).toEqual([2, 2, 1]);
  });

  it('plans once, however often it is asked', async () => {
    const bulk = createTestBulk();
    const { id } = await createOver(bulk, requestLines(3));
    const first = await bulk.planner.plan(TENANT, id);
    bulk.clock.nowMs += 5000;
    expect(await bulk.planner.plan(TENANT, id)).toEqual(first);
  });

  it('comes to one plan when two planners with different bounds are at it together', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 2 });
    const other = createTestBulk({ store, chunkLines: 5, queue: bulk.queue });
    const { id } = await createOver(bulk, requestLines(10));
    const records = await Promise.all([bulk.planner.plan(TENANT, id), other.planner.plan(TENANT, id)]);
    const plan = await readPlan(bulk, id);
    const last = (plan?.chunks.length ?? 0) - 1;
    for (const [index, process] of [bulk, other].entries()) {
      expect(records[index]).toMatchObject({ status: 'in_progress', total: 10 });
      expect(await process.plans.read(TENANT, id)).toEqual(plan);
      expect((await runChunk(process, id, last)).kind).toBe(index === 0 ? 'committed' : 'gone');
    }
  });

  it('goes on from a plan that was stored before its planner died', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const { id } = await createOver(bulk, requestLines(4));
    const died = createTestBulk({ store: bulk.store, chunkLines: 1 });
    const record = await bulk.jobs.read(TENANT, id);
    await died.planner.plan(TENANT, id);
    await bulk.store.put(
      objectKeys.jobRecord(TENANT, id),
      JSON.stringify({ revision: 1, writer: 'w', earlierWriters: [], creator: 'w', value: record }),
    );
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({ status: 'in_progress', total: 4 });
    expect((await readPlan(bulk, id))?.chunks).toHaveLength(4);
  });

  it('fails a job whose input is broken, with the faults by line', async () => {
    const bulk = createTestBulk();
    const { id } = await createOver(bulk, [requestLine('a', 'x'), '{', requestLine('a', 'y')]);
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({
      status: 'failed',
      counts: { total: 0, completed: 0, failed: 0 },
      errors: [
        { code: 'invalid_json_line', line: 2 },
        { code: 'duplicate_custom_id', line: 3 },
      ],
    });
    expect(await readPlan(bulk, id)).toBeUndefined();
  });

  it('fails a job whose model nobody knows', async () => {
    const bulk = createTestBulk();
    const { id } = await createOver(bulk, [requestLine('a', 'x', 'unknown/dev')]);
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'model_not_found', param: 'body.model', line: 1 }],
    });
  });

  it('fails a job whose input has no content any more', async () => {
    const bulk = createTestBulk();
    const { id, inputFileId } = await createOver(bulk, requestLines(1));
    await bulk.store.delete([objectKeys.fileContent(TENANT, inputFileId)]);
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'file_not_found' }],
    });
  });

  it('leaves a job alone that was cancelled before, or while it was planned', async () => {
    const bulk = createTestBulk();
    const { id } = await createOver(bulk, requestLines(2));
    await bulk.batches.cancel(TENANT, id);
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({ status: 'cancelling' });
    expect(await readPlan(bulk, id)).toBeUndefined();
    const { id: second } = await createOver(bulk, requestLines(2));
    await Promise.all([bulk.planner.plan(TENANT, second), bulk.batches.cancel(TENANT, second)]);
    expect((await bulk.jobs.read(TENANT, second)).status).toBe('cancelling');
  });

  it('knows no job that was never recorded', async () => {
    const bulk = createTestBulk();
    expect(await bulk.planner.plan(TENANT, `batch_${'x'.repeat(21)}`)).toBeUndefined();
  });

  it('leaves the job as it is while the store is away', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const { id } = await createOver(bulk, requestLines(2));
    store.failNext('getStream');
    await expect(bulk.planner.plan(TENANT, id)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect((await bulk.jobs.read(TENANT, id)).status).toBe('validating');
    expect(await bulk.planner.plan(TENANT, id)).toMatchObject({ status: 'in_progress' });
  });
});
