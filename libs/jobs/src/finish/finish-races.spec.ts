import { describe, expect, it } from 'vitest';
import { objectKeys, type JobOutcome } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createBatch,
  createTestBulk,
  FaultyStore,
  GatedStore,
  listKeys,
  readRows,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

const LINES = 6;

/** A job of three chunks, two of them done, about to end. */
async function startEnding(outcome: JobOutcome) {
  const store = new MemoryObjectStore();
  const bulk = createTestBulk({ store, chunkLines: 2 });
  const jobId = await startJob(bulk, requestLines(LINES));
  for (const chunk of outcome === 'completed' ? [0, 1, 2] : [0, 2]) await runChunk(bulk, jobId, chunk);
  if (outcome === 'cancelled') await bulk.batches.cancel(TENANT, jobId);
  else await bulk.jobs.apply(TENANT, jobId, { kind: 'ending', outcome });
  return { store, bulk, jobId };
}

async function expectWhole(bulk: TestBulk, jobId: string, outcome: JobOutcome): Promise<void> {
  const record = await bulk.jobs.read(TENANT, jobId);
  const completed = outcome === 'completed' ? LINES : LINES - 2;
  expect(record).toMatchObject({ status: outcome, counts: { total: LINES, completed, failed: LINES - completed } });
  const rows = [...(await readRows(bulk, record.outputFileId)), ...(await readRows(bulk, record.errorFileId))];
  expect(rows.map(({ custom_id }) => custom_id).toSorted()).toEqual(requestLines(LINES).map((_, i) => `line-${i}`));
  const made = await bulk.files.list(TENANT, { limit: 100, order: 'desc', purpose: 'batch_output' });
  const named = [record.outputFileId, record.errorFileId].filter((id) => id !== null);
  expect(made.data.map(({ id }) => id).toSorted()).toEqual(named.toSorted());
}

describe('JobFinisher', () => {
  it.each(['completed', 'cancelled', 'expired'] as const)(
    'ends a job as %s once that is finished twice',
    async (outcome) => {
      const { bulk, jobId } = await startEnding(outcome);
      await bulk.finisher.finish(TENANT, jobId);
      const first = await bulk.jobs.read(TENANT, jobId);
      bulk.clock.nowMs += 60_000;
      await bulk.finisher.finish(TENANT, jobId);
      expect(await bulk.jobs.read(TENANT, jobId)).toEqual(first);
      await expectWhole(bulk, jobId, outcome);
    },
  );

  it.each(['completed', 'cancelled', 'expired'] as const)(
    'ends a job as %s that two workers finish at the same time',
    async (outcome) => {
      const { store, bulk, jobId } = await startEnding(outcome);
      const other = createTestBulk({ store, clock: { nowMs: bulk.clock.nowMs + 1500 } });
      await Promise.all([bulk.finisher.finish(TENANT, jobId), other.finisher.finish(TENANT, jobId)]);
      await expectWhole(bulk, jobId, outcome);
    },
  );

  it.each(['refused', 'answer-lost', 'crash-before', 'crash-after'] as const)(
    'comes to the same end when any of its calls meets %s',
    async (fault) => {
      for (const outcome of ['completed', 'cancelled'] as const) {
        for (let at = 1; ; at++) {
          const { store, bulk, jobId } = await startEnding(outcome);
          const way = new FaultyStore(store, at, fault);
          const unlucky = createTestBulk({ store: way, clock: bulk.clock });
          const finished = unlucky.finisher.finish(TENANT, jobId).catch((error: unknown) => error);
          await Promise.race([finished, way.crashed]);
          bulk.clock.nowMs += 60_000;
          expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
          await expectWhole(bulk, jobId, outcome);
          expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
          if (way.calls < at) break;
        }
      }
    },
  );

  it('counts every line once, whenever a cancel meets chunks that run and a finisher that seals', async () => {
    for (let wait = 0; wait < 40; wait++) {
      const store = new MemoryObjectStore();
      const bulk = createTestBulk({ store, chunkLines: 3, checkpointMs: 1 });
      const other = createTestBulk({ store });
      const jobId = await startJob(bulk, requestLines(LINES));
      const running = [runChunk(bulk, jobId, 0), runChunk(bulk, jobId, 1), runChunk(other, jobId, 1)];
      for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
      await other.batches.cancel(TENANT, jobId);
      await other.finisher.finish(TENANT, jobId);
      const ended = await bulk.jobs.read(TENANT, jobId);
      await Promise.all(running);
      await bulk.finisher.finish(TENANT, jobId);

      expect(await bulk.jobs.read(TENANT, jobId)).toEqual(ended);
      expect(ended.status).toBe('cancelled');
      const answered = await readRows(bulk, ended.outputFileId);
      const failed = await readRows(bulk, ended.errorFileId);
      const counts = { total: LINES, completed: answered.length, failed: failed.length };
      expect([ended.counts, ended.usage?.output_tokens]).toEqual([counts, answered.length]);
      expect([...answered, ...failed].map(({ custom_id }) => custom_id).toSorted()).toEqual(
        requestLines(LINES).map((_, index) => `line-${index}`),
      );
    }
  });

  it('makes no file that its job does not name when a plan appears while the job ends', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const { id: jobId } = await createBatch(bulk, await uploadInput(bulk, requestLines(2)));
    const [planning, first, second] = [new GatedStore(store), new GatedStore(store), new GatedStore(store)];
    const recordKey = objectKeys.jobRecord(TENANT, jobId);
    const planWrite = planning.hold(objectKeys.plan(TENANT, jobId));
    const planned = createTestBulk({ store: planning }).planner.plan(TENANT, jobId);
    await planWrite.reached;

    // The first finisher has seen no plan; then the plan is there, and the second one sees it before the first is done.
    await bulk.batches.cancel(TENANT, jobId);
    const firstEnd = first.hold(recordKey, 1);
    const firstFinish = createTestBulk({ store: first }).finisher.finish(TENANT, jobId);
    await firstEnd.reached;
    planWrite.open();
    await planned;
    const secondEnd = second.hold(recordKey);
    const secondFinish = createTestBulk({ store: second }).finisher.finish(TENANT, jobId);
    await secondEnd.reached;
    firstEnd.open();
    await firstFinish;
    secondEnd.open();
    await secondFinish;

    const { status, counts, outputFileId, errorFileId } = await bulk.jobs.read(TENANT, jobId);
    expect({ status, counts, outputFileId, errorFileId }).toEqual({
      status: 'cancelled',
      counts: { total: 0, completed: 0, failed: 0 },
      outputFileId: null,
      errorFileId: null,
    });
    const made = await bulk.files.list(TENANT, { limit: 10, order: 'desc', purpose: 'batch_output' });
    expect(made.data).toEqual([]);
  });
});
