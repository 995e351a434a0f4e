import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  failureOf,
  hang,
  listKeys,
  parseRows,
  readCommit,
  requestLine,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  until,
  type TestBulk,
} from '../testing/index.js';

async function customIdsOf(bulk: TestBulk, data: { readonly key: string } | null | undefined): Promise<string[]> {
  if (data == null) return [];
  return parseRows((await bulk.store.get(data.key)).body).map(({ custom_id }) => custom_id);
}

describe('ChunkRunner', () => {
  it('takes a chunk to its commit: rows in input order, counts and usage', async () => {
    const bulk = createTestBulk({ chunkLines: 4 });
    const jobId = await startJob(bulk, requestLines(10));
    let answered = 0;
    bulk.models.script = async (call) => {
      // Answers come back to front.
      const turn = answered++;
      for (let wait = 0; wait < 8 - turn; wait++) await new Promise((resolve) => setImmediate(resolve));
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 1)).toEqual({ kind: 'committed' });
    const commit = await readCommit(bulk, jobId, 1);
    expect(commit).toMatchObject({
      chunk: 1,
      sealed: null,
      completed: 4,
      failed: 0,
      errors: null,
      usage: { promptTokens: 24, completionTokens: 4, totalTokens: 28 },
    });
    expect(await customIdsOf(bulk, commit?.output)).toEqual(['line-4', 'line-5', 'line-6', 'line-7']);
    expect(await bulk.live.read(jobId, 10)).toEqual({ total: 10, completed: 4, failed: 0 });
  });

  it('keeps answers and failures apart', async () => {
    const bulk = createTestBulk({ chunkLines: 3 });
    const jobId = await startJob(bulk, requestLines(3));
    bulk.models.script = (call) => {
      if (call.input === 'text 1') throw failureOf('upstream_rejected');
      return answerOf(call);
    };
    await runChunk(bulk, jobId, 0);
    const commit = await readCommit(bulk, jobId, 0);
    expect(commit).toMatchObject({ completed: 2, failed: 1, usage: { totalTokens: 14 } });
    expect(await customIdsOf(bulk, commit?.output)).toEqual(['line-0', 'line-2']);
    expect(await customIdsOf(bulk, commit?.errors)).toEqual(['line-1']);
  });

  it('reads its lines by the plan, past blank lines and endings of all kinds', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const lines = ['', `${requestLine('a', 'x\u2028y')}\r`, ' ', requestLine('b', 'é'), '', requestLine('c', 'z'), ''];
    const jobId = await startJob(bulk, ['\uFEFF', ...lines]);
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await runChunk(bulk, jobId, 1)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toEqual(['x\u2028y', 'é', 'z']);
  });

  it('does nothing for a chunk that is committed, a job that does not run, and one that nobody knows', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    await runChunk(bulk, jobId, 0);
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'gone' });
    expect(await runChunk(bulk, jobId, 7)).toEqual({ kind: 'gone' });
    expect(await runChunk(bulk, `batch_${'x'.repeat(21)}`, 0)).toEqual({ kind: 'gone' });
    const cancelled = await startJob(bulk, requestLines(2));
    await bulk.batches.cancel(TENANT, cancelled);
    expect(await runChunk(bulk, cancelled, 0)).toEqual({ kind: 'gone' });
    const overdue = await startJob(bulk, requestLines(2));
    bulk.clock.nowMs += 86_400_000;
    expect(await runChunk(bulk, overdue, 0)).toEqual({ kind: 'gone' });
    expect(bulk.models.inputs).toHaveLength(2);
  });

  it('calls nothing again that an earlier attempt has saved', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 6 });
    const jobId = await startJob(bulk, requestLines(6));
    const stop = new AbortController();
    bulk.models.script = async (call) => {
      if (Number(call.input.slice('text '.length)) > 2) return await hang(call.signal);
      return answerOf(call);
    };
    const first = runChunk(bulk, jobId, 0, stop.signal);
    const workspace = objectKeys.workspace(TENANT, jobId, 0);
    await until(async () => (await listKeys(bulk, `${workspace}rows/`)).length > 0);
    stop.abort();
    expect(await first).toMatchObject({ kind: 'later', delayMs: 0 });

    const next = createTestBulk({ store });
    expect(await runChunk(next, jobId, 0)).toEqual({ kind: 'committed' });
    expect(next.models.inputs).toEqual(['text 3', 'text 4', 'text 5']);
    const commit = await readCommit(next, jobId, 0);
    expect(commit).toMatchObject({ completed: 6, usage: { completionTokens: 6 } });
    expect(await customIdsOf(next, commit?.output)).toEqual(requestLines(6).map((_, index) => `line-${index}`));
  });

  it('records a chunk once that two workers run at the same time', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 5 });
    const other = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(5));
    const results = await Promise.all([runChunk(bulk, jobId, 0), runChunk(other, jobId, 0)]);
    expect(results.map(({ kind }) => kind)).toEqual(['committed', 'committed']);
    const commit = await readCommit(bulk, jobId, 0);
    expect(commit).toMatchObject({ completed: 5, usage: { completionTokens: 5 } });
    expect(commit?.output?.key).toContain(commit?.attempt);
    expect(await customIdsOf(bulk, commit?.output)).toHaveLength(5);
  });

  it('does not run a chunk twice side by side in one process', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const [first, second] = await Promise.all([runChunk(bulk, jobId, 0), runChunk(bulk, jobId, 0)]);
    expect([first.kind, second.kind]).toEqual(['committed', 'later']);
    expect(bulk.models.inputs).toHaveLength(2);
  });

  it('saves what is done and hands the chunk back when its process stops', async () => {
    const bulk = createTestBulk({ chunkLines: 8, checkpointMs: 60_000 });
    const jobId = await startJob(bulk, requestLines(8));
    const stop = new AbortController();
    bulk.models.script = (call) => {
      if (call.input === 'text 1') stop.abort();
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0, stop.signal)).toMatchObject({ kind: 'later', delayMs: 0 });
    const calledBefore = bulk.models.inputs.length;
    expect(calledBefore).toBeLessThan(8);
    expect(await readCommit(bulk, jobId, 0)).toBeUndefined();
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toHaveLength(8);
  });

  it('leaves a cancelled job with its finished lines saved, at once where it hears of it', async () => {
    const bulk = createTestBulk({ chunkLines: 20, checkpointMs: 60_000 });
    const jobId = await startJob(bulk, requestLines(20));
    let cancelled: Promise<unknown> | undefined;
    bulk.models.script = async (call) => {
      if (call.input === 'text 0') return answerOf(call);
      cancelled ??= bulk.batches.cancel(TENANT, jobId).then(() => bulk.running.stop(jobId));
      await cancelled;
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'gone' });
    expect(bulk.models.inputs.length).toBeLessThan(10);
    expect(await listKeys(bulk, `${objectKeys.workspace(TENANT, jobId, 0)}rows/`)).toHaveLength(1);
  });

  it('notices by itself that its job was cancelled, when nobody tells it', async () => {
    const bulk = createTestBulk({ chunkLines: 4 });
    const jobId = await startJob(bulk, requestLines(4));
    bulk.models.script = async ({ signal }) => await hang(signal);
    const result = runChunk(bulk, jobId, 0);
    await until(() => bulk.models.inputs.length === 4);
    await bulk.batches.cancel(TENANT, jobId);
    expect(await result).toEqual({ kind: 'gone' });
  });

  it('finds its chunk sealed when it comes back after the job has ended', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 3 });
    const other = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(3));
    let thaw: () => void = () => undefined;
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    bulk.models.script = async (call) => {
      await frozen;
      return answerOf(call);
    };
    const zombie = runChunk(bulk, jobId, 0);
    await until(() => bulk.models.inputs.length === 3);
    await other.batches.cancel(TENANT, jobId);
    await other.finisher.finish(TENANT, jobId);
    const before = await other.jobs.read(TENANT, jobId);
    thaw();
    expect((await zombie).kind).not.toBe('later');
    expect(await readCommit(other, jobId, 0)).toMatchObject({ sealed: 'cancelled', completed: 0, failed: 3 });
    expect(await other.jobs.read(TENANT, jobId)).toEqual(before);
  });
});
