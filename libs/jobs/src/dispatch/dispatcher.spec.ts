import { describe, expect, it } from 'vitest';
import { objectKeys, type BulkVia } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import type { BulkTarget } from '../models/bulk-models.port.js';
import {
  createTestBulk,
  requestLines,
  requestLine,
  runChunk,
  ScriptedDeferredCalls,
  ScriptedModels,
  startJob,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

async function track(bulk: TestBulk, jobId: string, tenant = TENANT): Promise<void> {
  await bulk.dispatcher.track(await bulk.jobs.read(tenant, jobId));
}

function chunkNumbers(bulk: TestBulk, jobId: string, endpoint = 'gpu'): number[] {
  return bulk.queue
    .chunkIds(endpoint)
    .filter((id) => id.startsWith(jobId))
    .map((id) => Number(id.slice(jobId.length + 1)));
}

async function commit(bulk: TestBulk, jobId: string, chunk: number): Promise<void> {
  await runChunk(bulk, jobId, chunk);
  bulk.queue.chunks.get('gpu')?.delete(`${jobId}-${chunk}`);
  await bulk.dispatcher.committed({ kind: 'committed', tenant: TENANT, jobId, chunk });
}

/** Models that have another way beside the one that they are called by. */
class TwoWays extends ScriptedModels {
  override targets(): readonly BulkTarget[] {
    return [...super.targets(), { endpoint: 'gpu-async', concurrency: 8 }];
  }

  override target(model: string, via?: BulkVia): BulkTarget | undefined {
    return via === 'async' ? { endpoint: 'gpu-async', concurrency: 8 } : super.target(model);
  }
}

describe('Dispatcher', () => {
  it('puts a window of chunks into the queue and no more', async () => {
    const bulk = createTestBulk({ windowChunks: 4 });
    const jobId = await startJob(bulk, requestLines(40));
    await track(bulk, jobId);
    await bulk.dispatcher.fillAll(true);
    expect(chunkNumbers(bulk, jobId)).toEqual([0, 1, 2, 3]);
    await bulk.dispatcher.fillAll(true);
    await bulk.dispatcher.fillAll(false);
    expect(chunkNumbers(bulk, jobId)).toEqual([0, 1, 2, 3]);
  });

  it('shows the counts of finished chunks again after Redis was emptied', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(6));
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 1);
    bulk.live.jobs.clear();
    await track(bulk, jobId);
    expect(await bulk.live.read(jobId, 6)).toEqual({ total: 6, completed: 4, failed: 0 });
  });

  it('adds the next chunk as soon as one has its result', async () => {
    const bulk = createTestBulk({ windowChunks: 2 });
    const jobId = await startJob(bulk, requestLines(10));
    await track(bulk, jobId);
    await bulk.dispatcher.fillAll(true);
    await commit(bulk, jobId, 1);
    expect(chunkNumbers(bulk, jobId)).toEqual([0, 2]);
    await commit(bulk, jobId, 0);
    expect(chunkNumbers(bulk, jobId)).toEqual([2, 3]);
  });

  it('winds a job up when its last chunk has its result', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(4));
    await track(bulk, jobId);
    await commit(bulk, jobId, 0);
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('in_progress');
    await commit(bulk, jobId, 1);
    expect(await bulk.jobs.read(TENANT, jobId)).toMatchObject({ status: 'finalizing', outcome: 'completed' });
    expect(bulk.queue.control.get(`${jobId}-finish`)).toMatchObject({ task: 'finish', jobId });
  });

  it('never completes a job on the word of hints alone', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(4));
    await track(bulk, jobId);
    await runChunk(bulk, jobId, 0);
    for (const chunk of [0, 1, 99])
      await bulk.dispatcher.committed({ kind: 'committed', tenant: TENANT, jobId, chunk });
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('in_progress');
    expect(chunkNumbers(bulk, jobId)).toContain(1);
  });

  it('knows what is done from the store, after it was started anew', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(8));
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 2);
    const next = createTestBulk({ store });
    await track(next, jobId);
    await next.dispatcher.fillAll(true);
    expect(chunkNumbers(next, jobId)).toEqual([1, 3]);
  });

  it('adds everything again after the queue was emptied', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(6));
    await track(bulk, jobId);
    await bulk.dispatcher.fillAll(true);
    bulk.queue.empty();
    await bulk.dispatcher.fillAll(true);
    expect(chunkNumbers(bulk, jobId)).toEqual([0, 1, 2]);
  });

  it('lets a small tenant in beside a large one', async () => {
    const bulk = createTestBulk({ windowChunks: 4, chunkLines: 1 });
    const large = await startJob(bulk, requestLines(100));
    await track(bulk, large);
    await bulk.dispatcher.fillAll(true);
    const small = await startJob(bulk, requestLines(1), 'small');
    await track(bulk, small, 'small');
    await bulk.dispatcher.fillAll(false);
    expect(chunkNumbers(bulk, small)).toEqual([0]);
    expect(bulk.queue.chunkIds().length).toBeLessThanOrEqual(5);
  });

  it('keeps a window for each endpoint, shared by the models on it', async () => {
    const models = new ScriptedModels({
      'model/dev': { endpoint: 'gpu', concurrency: 1 },
      'twin/dev': { endpoint: 'gpu', concurrency: 1 },
      'other/dev': { endpoint: 'other', concurrency: 1 },
    });
    const bulk = createTestBulk({ models, windowChunks: 3, chunkLines: 1 });
    const lines = (model: string): string[] => ['a', 'b', 'c', 'd'].map((id) => requestLine(id, 'x', model));
    const jobs = await Promise.all(['model/dev', 'twin/dev', 'other/dev'].map((model) => startJob(bulk, lines(model))));
    for (const jobId of jobs) await track(bulk, jobId);
    await bulk.dispatcher.fillAll(true);
    expect([bulk.queue.chunkIds('gpu').length, bulk.queue.chunkIds('other').length]).toEqual([3, 3]);
  });

  it('knows which jobs others of their tenant go before, whichever way they go', async () => {
    const deferred = new ScriptedDeferredCalls();
    deferred.choice = { minLines: 1, startSeconds: 1, callSeconds: 1, concurrency: 8 };
    const bulk = createTestBulk({ models: new TwoWays(), deferred, windowChunks: 1 });
    const first = await startJob(bulk, requestLines(4));
    bulk.clock.nowMs += 1000;
    const second = await startJob(bulk, requestLines(4));
    await track(bulk, first);
    await track(bulk, second);
    await bulk.dispatcher.fillAll(true);
    expect(bulk.queue.chunkIds('gpu-async')).toEqual([`${first}-0`]);
    expect([first, second].map((jobId) => bulk.dispatcher.waitsInTurn(jobId))).toEqual([false, true]);
  });

  it('forgets the window of an endpoint that no model is on any more', async () => {
    const models = new ScriptedModels();
    const bulk = createTestBulk({ models });
    await track(bulk, await startJob(bulk, requestLines(2)));
    await bulk.dispatcher.fillAll(true);
    models.remove('model/dev');
    await bulk.dispatcher.fillAll(true);
    expect([...bulk.dispatcher.windowAges()]).toEqual([]);
  });

  it('dispatches nothing for a model that left the catalog, and goes on when it is back', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const gone = createTestBulk({ store: bulk.store, models: new ScriptedModels({}) });
    await track(gone, jobId);
    await gone.dispatcher.fillAll(true);
    expect(gone.queue.chunkIds()).toEqual([]);
    expect((await gone.jobs.read(TENANT, jobId)).status).toBe('in_progress');
  });

  it('forgets what it added when the queue did not take it', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    await track(bulk, jobId);
    bulk.queue.away = true;
    await expect(bulk.dispatcher.fillAll(false)).rejects.toMatchObject({ reason: 'queue_unavailable' });
    bulk.queue.away = false;
    await bulk.dispatcher.fillAll(false);
    expect(chunkNumbers(bulk, jobId)).toEqual([0]);
  });

  it('completes a job though the queue is away', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    bulk.queue.away = true;
    await track(bulk, jobId);
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('finalizing');
  });

  it('leaves a job to its cancel that came before the last result', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const before = await bulk.jobs.read(TENANT, jobId);
    await runChunk(bulk, jobId, 0);
    await bulk.batches.cancel(TENANT, jobId);
    await bulk.dispatcher.track(before);
    expect(await bulk.jobs.read(TENANT, jobId)).toMatchObject({ status: 'cancelling', outcome: null });
    expect(bulk.queue.control.has(`${jobId}-finish`)).toBe(true);
  });

  it('lists the commits of a job with more than a page of them', async () => {
    const bulk = createTestBulk({ chunkLines: 1 });
    const jobId = await startJob(bulk, requestLines(1100));
    await Promise.all(
      Array.from(
        { length: 1099 },
        async (_, chunk) =>
          await bulk.records.commitOnce(objectKeys.commit(TENANT, jobId, chunk), { completed: 1, failed: 0 }),
      ),
    );
    await track(bulk, jobId);
    await bulk.dispatcher.fillAll(true);
    expect(chunkNumbers(bulk, jobId)).toEqual([1099]);
    expect(await bulk.live.read(jobId, 1100)).toMatchObject({ completed: 1099 });
  });
});
