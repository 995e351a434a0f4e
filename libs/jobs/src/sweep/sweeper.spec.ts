import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { newTimeOrderedId } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createBatch,
  createTestBulk,
  drainQueue,
  driveToEnd,
  FaultyStore,
  listKeys,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What a retry that died before its record leaves, which holds two files. */
async function leaveOrphan(bulk: TestBulk): Promise<{ readonly jobId: string; readonly fileIds: readonly string[] }> {
  const fileIds = [await uploadInput(bulk, requestLines(1)), await uploadInput(bulk, requestLines(1))];
  const jobId = newTimeOrderedId('batch_', Date.now());
  await bulk.jobs.mark(TENANT, jobId, fileIds);
  await bulk.jobs.enterIndex(TENANT, jobId);
  for (const fileId of fileIds) await bulk.files.hold(TENANT, fileId, jobId);
  return { jobId, fileIds };
}

describe('Sweeper', () => {
  it('takes a job from its record to its end, with a queue that is emptied again and again', async () => {
    const bulk = createTestBulk({ chunkLines: 1, windowChunks: 2 });
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(5)));
    for (let round = 0; round < 30; round++) {
      bulk.queue.empty();
      await bulk.sweeper.sweep();
      const task = bulk.queue.takeControl();
      const chunk = bulk.queue.takeChunk();
      if (task !== undefined) await bulk.control.run(task);
      if (chunk !== undefined) await bulk.runner.run(chunk, new AbortController().signal);
    }
    expect(await bulk.jobs.read(TENANT, id)).toMatchObject({
      status: 'completed',
      counts: { total: 5, completed: 5, failed: 0 },
    });
    expect(bulk.models.inputs).toHaveLength(5);
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
  });

  it('finds every live job of every tenant, over more than one page of markers', async () => {
    const bulk = createTestBulk();
    const ids = await Promise.all(['a', 'b', 'c'].map((tenant) => startJob(bulk, requestLines(2), tenant)));
    await Promise.all(
      Array.from({ length: 1100 }, async (_, index) => {
        await bulk.store.put(objectKeys.activeMarker('aa', `batch_${String(index).padStart(21, '0')}`), '');
      }),
    );
    expect(await bulk.sweeper.sweep()).toMatchObject({ jobs: 3 });
    expect(bulk.queue.chunkIds().toSorted()).toEqual(ids.map((id) => `${id}-0`).toSorted());
  });

  it('leaves what a create has begun for an hour, and removes it then with its hold', async () => {
    const bulk = createTestBulk();
    const { jobId, fileIds } = await leaveOrphan(bulk);
    for (const fileId of fileIds) await bulk.files.delete(TENANT, fileId);
    bulk.clock.nowMs = Date.now() + HOUR_MS - 60_000;
    expect(await bulk.sweeper.sweep()).toMatchObject({ jobs: 0 });
    expect(await listKeys(bulk, objectKeys.activeMarker(TENANT, jobId))).toHaveLength(1);
    bulk.clock.nowMs = Date.now() + HOUR_MS + 60_000;
    await bulk.sweeper.sweep();
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
    expect(await listKeys(bulk, 't/')).toEqual([]);
  });

  it('removes the markers of an older version, which name no input', async () => {
    const bulk = createTestBulk();
    await bulk.store.put(objectKeys.activeMarker(TENANT, `batch_${'0'.repeat(21)}`), '');
    bulk.clock.nowMs = Date.now() + 2 * HOUR_MS;
    await bulk.sweeper.sweep();
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
  });

  it.each(['validating', 'in_progress', 'cancelling'] as const)('ends an overdue job that is %s', async (status) => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(2)));
    if (status !== 'validating') await bulk.planner.plan(TENANT, id);
    if (status === 'cancelling') await bulk.batches.cancel(TENANT, id);
    bulk.queue.empty();
    bulk.clock.nowMs += DAY_MS - 1;
    await bulk.sweeper.sweep();
    expect((await bulk.jobs.read(TENANT, id)).status).toBe(status);
    bulk.queue.empty();
    bulk.clock.nowMs += 1;
    await bulk.sweeper.sweep();
    await drainQueue(bulk);
    expect((await bulk.jobs.read(TENANT, id)).status).toBe(status === 'cancelling' ? 'cancelled' : 'expired');
    expect(bulk.models.inputs).toEqual([]);
  });

  it('completes a job whose chunks were all done before its deadline, though nobody had noticed', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const id = await startJob(bulk, requestLines(2));
    await runChunk(bulk, id, 0);
    bulk.queue.empty();
    bulk.clock.nowMs += DAY_MS;
    expect(await driveToEnd(bulk, id)).toMatchObject({
      status: 'completed',
      counts: { total: 2, completed: 2, failed: 0 },
    });
  });

  it('finishes a cancel that nobody heard of', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    await bulk.batches.cancel(TENANT, id);
    bulk.queue.empty();
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'cancelled', counts: { total: 2, failed: 2 } });
  });

  it('cleans up behind a job whose finisher died after the record', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    await driveToEnd(bulk, id);
    await bulk.jobs.mark(TENANT, id, ['file-1']);
    await bulk.sweeper.sweep();
    await drainQueue(bulk);
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
  });

  it('sweeps the other jobs though one cannot be read', async () => {
    const bulk = createTestBulk();
    const ids = [await startJob(bulk, requestLines(2)), await startJob(bulk, requestLines(2))];
    const broken = await startJob(bulk, requestLines(2));
    await bulk.store.put(objectKeys.jobRecord(TENANT, broken), 'no JSON');
    await bulk.sweeper.sweep();
    expect(bulk.queue.chunkIds().toSorted()).toEqual(ids.map((id) => `${id}-0`).toSorted());
  });

  it('says that it was cut short when the store is away, and goes on with the next sweep', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const id = await startJob(bulk, requestLines(2));
    for (let at = 1; at <= 4; at++) {
      const unlucky = createTestBulk({ store: new FaultyStore(store, at, 'refused') });
      await unlucky.sweeper.sweep().then(
        () => expect(at).toBe(4),
        (error: unknown) => expect(error).toMatchObject({ reason: 'storage_unavailable' }),
      );
    }
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'completed' });
  });

  it('acts on hints at once, and passes over those of jobs that nobody knows', async () => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(2)));
    bulk.queue.empty();
    await bulk.sweeper.take({ kind: 'created', tenant: TENANT, jobId: id });
    expect([...bulk.queue.control.keys()]).toEqual([`${id}-plan`]);
    await drainQueue(bulk);
    await bulk.sweeper.take({ kind: 'created', tenant: TENANT, jobId: id });
    expect(bulk.queue.chunkIds()).toEqual([`${id}-0`]);
    await bulk.sweeper.take({ kind: 'cancelled', tenant: TENANT, jobId: `batch_${'x'.repeat(21)}` });
    await bulk.sweeper.take({ kind: 'committed', tenant: TENANT, jobId: `batch_${'x'.repeat(21)}`, chunk: 3 });
  });
});
