import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import {
  answerOf,
  createBatch,
  createTestBulk,
  drainQueue,
  failureOf,
  hang,
  listKeys,
  readCommit,
  readRows,
  requestLine,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  until,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';
import { JobFinisher } from './finish-job.js';

const DAY_MS = 86_400_000;

async function runAll(bulk: TestBulk, jobId: string, chunks: number): Promise<void> {
  for (let chunk = 0; chunk < chunks; chunk++) await runChunk(bulk, jobId, chunk);
}

async function complete(bulk: TestBulk, jobId: string): Promise<void> {
  await bulk.jobs.apply(TENANT, jobId, { kind: 'ending', outcome: 'completed' });
  expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
}

function idsOf(rows: readonly { readonly custom_id: string }[]): string[] {
  return rows.map(({ custom_id }) => custom_id);
}

describe('JobFinisher', () => {
  it('adds up what the chunks gave up for realtime', async () => {
    const bulk = createTestBulk({ chunkLines: 1 });
    const jobId = await startJob(bulk, requestLines(3));
    const workspace = objectKeys.workspace(TENANT, jobId, 0);
    await bulk.store.put(`${workspace}yielded/earlier/2-300`, '');
    await bulk.store.put(`${objectKeys.workspace(TENANT, jobId, 2)}yielded/earlier/1-50`, '');
    await runAll(bulk, jobId, 3);
    await complete(bulk, jobId);
    expect((await bulk.jobs.read(TENANT, jobId)).yielded).toEqual({ calls: 3, callMs: 350 });
  });

  it('adds up for how long the chunks stood still for want of capacity', async () => {
    const bulk = createTestBulk({ chunkLines: 1 });
    const jobId = await startJob(bulk, requestLines(2));
    await bulk.store.put(`${objectKeys.workspace(TENANT, jobId, 0)}waited/earlier/30000`, '');
    await bulk.store.put(`${objectKeys.workspace(TENANT, jobId, 1)}waited/earlier/12000`, '');
    await runAll(bulk, jobId, 2);
    await complete(bulk, jobId);
    const { waitedMs = 0 } = await bulk.jobs.read(TENANT, jobId);

    // What the chunks that were run now had to wait comes on top.
    expect(waitedMs).toBeGreaterThanOrEqual(42_000);
    expect((await bulk.jobsFace.retrieve(TENANT, jobId)).waited_seconds).toBeGreaterThanOrEqual(42);
  });

  it('counts cached and reasoning tokens, also of lines that an attempt saved and another took over', async () => {
    const bulk = createTestBulk({ chunkLines: 2, checkpointMs: 1 });
    const jobId = await startJob(bulk, requestLines(2));
    const stop = new AbortController();
    const usage = { promptTokens: 9, completionTokens: 8, totalTokens: 17, cachedTokens: 4, reasoningTokens: 3 };
    bulk.models.script = (call) => (call.input === 'text 1' ? hang(call.signal) : { ...answerOf(call), usage });
    const first = runChunk(bulk, jobId, 0, stop.signal);
    const workspace = objectKeys.workspace(TENANT, jobId, 0);
    await until(async () => (await listKeys(bulk, `${workspace}detailed-rows/`)).length > 0);
    stop.abort();
    await first;
    bulk.models.script = (call) => ({ ...answerOf(call), usage });
    await runAll(bulk, jobId, 1);
    await complete(bulk, jobId);

    expect(bulk.models.inputs.filter((input) => input === 'text 0')).toHaveLength(1);
    expect((await bulk.jobs.read(TENANT, jobId)).usage).toEqual({
      input_tokens: 18,
      input_tokens_details: { cached_tokens: 8 },
      output_tokens: 16,
      output_tokens_details: { reasoning_tokens: 6 },
      total_tokens: 34,
    });
  });

  it('tells of each end once', async () => {
    const bulk = createTestBulk();
    const ends: string[] = [];
    const finisher = new JobFinisher({ ...bulk, sealGraceMs: 0, onEnded: (status) => void ends.push(status) });
    const jobId = await startJob(bulk, requestLines(2));
    await finisher.finish(TENANT, jobId);
    await bulk.jobs.apply(TENANT, jobId, { kind: 'cancel-requested' });
    await finisher.finish(TENANT, jobId);
    expect(ends).toEqual(['cancelled']);
  });

  it('joins the rows of all chunks in input order, and counts from the commits', async () => {
    const bulk = createTestBulk({ chunkLines: 3 });
    bulk.models.script = (call) => {
      if (call.input === 'text 4') throw failureOf('upstream_rejected');
      return answerOf(call);
    };
    const jobId = await startJob(bulk, requestLines(10));
    for (const chunk of [3, 1, 0, 2]) await runChunk(bulk, jobId, chunk);
    await bulk.live.set(jobId, [{ chunk: 0, completed: 999, failed: 999 }]);
    bulk.clock.nowMs += 60_000;
    await complete(bulk, jobId);

    const record = await bulk.jobs.read(TENANT, jobId);
    expect(record).toMatchObject({ status: 'completed', counts: { total: 10, completed: 9, failed: 1 } });
    expect(record.usage).toEqual({
      input_tokens: 54,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 63,
    });
    const expected = requestLines(10).map((_, index) => `line-${index}`);
    expect(idsOf(await readRows(bulk, record.outputFileId))).toEqual(expected.filter((id) => id !== 'line-4'));
    expect(idsOf(await readRows(bulk, record.errorFileId))).toEqual(['line-4']);
  });

  it('makes files that a caller finds, newest first and with the purpose of outputs', async () => {
    const bulk = createTestBulk();
    const { id: jobId } = await bulk.batches.create(
      { tenant: TENANT, keyId: 'key-1' },
      {
        input_file_id: await uploadInput(bulk, requestLines(2)),
        endpoint: '/v1/embeddings',
        completion_window: '24h',
        output_expires_after: { anchor: 'created_at', seconds: 3600 },
      },
    );
    await bulk.planner.plan(TENANT, jobId);
    await runAll(bulk, jobId, 1);
    bulk.clock.nowMs += 7_200_000;
    await complete(bulk, jobId);
    const { outputFileId, errorFileId } = await bulk.jobs.read(TENANT, jobId);
    expect(errorFileId).toBeNull();
    const output = await bulk.files.retrieve(TENANT, outputFileId ?? '');
    const finalizedAt = Math.floor(bulk.clock.nowMs / 1000);
    expect(output).toMatchObject({
      purpose: 'batch_output',
      filename: `${jobId}_output.jsonl`,
      created_at: finalizedAt,
      expires_at: finalizedAt + 3600,
      status: 'processed',
    });
    expect(output.bytes).toBe((await bulk.store.head(objectKeys.fileContent(TENANT, output.id))).size);
    expect((await bulk.files.list(TENANT, { limit: 1, order: 'desc' })).data).toEqual([output]);
  });

  it('ends a cancelled job with what its workers had saved, and says of the rest that it was cancelled', async () => {
    const bulk = createTestBulk({ chunkLines: 4 });
    const jobId = await startJob(bulk, requestLines(12));
    await runChunk(bulk, jobId, 0);
    bulk.models.script = async (call) => {
      if (call.input === 'text 4' || call.input === 'text 6') return answerOf(call);
      return await hang(call.signal);
    };
    const stop = new AbortController();
    const partial = runChunk(bulk, jobId, 1, stop.signal);
    await until(async () => (await listKeys(bulk, `${objectKeys.workspace(TENANT, jobId, 1)}rows/`)).length > 0);
    stop.abort();
    await partial;
    await bulk.batches.cancel(TENANT, jobId);
    await bulk.finisher.finish(TENANT, jobId);

    const record = await bulk.jobs.read(TENANT, jobId);
    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 12, completed: 6, failed: 6 } });
    expect(record.usage?.output_tokens).toBe(6);
    const answered = ['line-0', 'line-1', 'line-2', 'line-3', 'line-4', 'line-6'];
    expect(idsOf(await readRows(bulk, record.outputFileId))).toEqual(answered);
    const errors = await readRows(bulk, record.errorFileId);
    expect(idsOf(errors)).toEqual(['line-5', 'line-7', 'line-8', 'line-9', 'line-10', 'line-11']);
    expect(new Set(errors.map(({ error }) => error?.code))).toEqual(new Set(['batch_cancelled']));
  });

  it('ends an overdue job with what is done, and says of the rest that it came too late', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const jobId = await startJob(bulk, requestLines(4));
    await runChunk(bulk, jobId, 1);
    bulk.clock.nowMs += DAY_MS;
    await bulk.sweeper.sweep();
    await drainQueue(bulk);
    const record = await bulk.jobs.read(TENANT, jobId);
    expect(record).toMatchObject({ status: 'expired', counts: { total: 4, completed: 2, failed: 2 } });
    expect(idsOf(await readRows(bulk, record.outputFileId))).toEqual(['line-2', 'line-3']);
    expect(await readRows(bulk, record.errorFileId)).toMatchObject([
      { custom_id: 'line-0', response: null, error: { code: 'batch_expired' } },
      { custom_id: 'line-1', response: null, error: { code: 'batch_expired' } },
    ]);
  });

  it('ends a job that was cancelled before it was planned', async () => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(3)));
    await bulk.batches.cancel(TENANT, id);
    await bulk.finisher.finish(TENANT, id);
    expect(await bulk.batches.retrieve(TENANT, id)).toMatchObject({
      status: 'cancelled',
      request_counts: { total: 0, completed: 0, failed: 0 },
      output_file_id: null,
      error_file_id: null,
    });
  });

  it('ends a job whose input was removed behind its back', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const jobId = await startJob(bulk, requestLines(4));
    await runChunk(bulk, jobId, 0);
    const { inputFileId } = await bulk.jobs.read(TENANT, jobId);
    await bulk.store.delete([objectKeys.fileContent(TENANT, inputFileId)]);
    await bulk.batches.cancel(TENANT, jobId);
    expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
    const record = await bulk.jobs.read(TENANT, jobId);
    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 4, completed: 2, failed: 2 } });
    expect(idsOf(await readRows(bulk, record.errorFileId))).toEqual([null, null]);
  });

  it('leaves nothing of a job that has ended but its results: no hold, no marker, no live counts', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const { inputFileId } = await bulk.jobs.read(TENANT, jobId);
    await runAll(bulk, jobId, 1);
    await bulk.files.delete(TENANT, inputFileId);
    expect(await listKeys(bulk, objectKeys.fileContent(TENANT, inputFileId))).toHaveLength(1);
    await complete(bulk, jobId);
    expect(await listKeys(bulk, `t/${TENANT}/files/${inputFileId}/`)).toEqual([]);
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
    expect(bulk.live.jobs.size).toBe(0);
  });

  it('cleans up behind a job whose input was refused', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, ['{broken']);
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('failed');
    await bulk.finisher.finish(TENANT, jobId);
    expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
  });

  it('does nothing for a job that runs, and for one that nobody knows', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const before = await bulk.jobs.read(TENANT, jobId);
    expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
    expect(await bulk.jobs.read(TENANT, jobId)).toEqual(before);
    expect(await listKeys(bulk, objectKeys.active)).toHaveLength(1);
    expect(await bulk.finisher.finish(TENANT, `batch_${'x'.repeat(21)}`)).toEqual({ kind: 'ended' });
  });

  it('gives workers that are still at it a while to save their lines', async () => {
    const bulk = createTestBulk({ sealGraceMs: 10_000 });
    const jobId = await startJob(bulk, requestLines(2));
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    bulk.models.script = async (call) => {
      await held;
      return answerOf(call);
    };
    const running = runChunk(bulk, jobId, 0);
    await until(() => bulk.models.inputs.length === 2);
    await bulk.batches.cancel(TENANT, jobId);
    expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'later', delayMs: 500 });
    answer();
    await running;
    expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
    expect((await bulk.jobs.read(TENANT, jobId)).counts).toEqual({ total: 2, completed: 2, failed: 0 });
  });

  it('waits for dead workers no longer than that', async () => {
    const bulk = createTestBulk({ sealGraceMs: 10_000 });
    const jobId = await startJob(bulk, [requestLine('a', 'x')]);
    await bulk.store.put(`${objectKeys.workspace(TENANT, jobId, 0)}begun/dead`, '');
    await bulk.batches.cancel(TENANT, jobId);
    expect(await bulk.finisher.finish(TENANT, jobId)).toMatchObject({ kind: 'later' });
    bulk.clock.nowMs += 10_000;
    expect(await bulk.finisher.finish(TENANT, jobId)).toEqual({ kind: 'ended' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ sealed: 'cancelled', failed: 1 });
  });
});
