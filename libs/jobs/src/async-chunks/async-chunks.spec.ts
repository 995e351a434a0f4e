import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import {
  createTestBulk,
  driveToEnd,
  failureOf,
  listKeys,
  MemoryOutstandingCalls,
  readCommit,
  readRows,
  requestLines,
  runChunk,
  ScriptedDeferredCalls,
  startJob,
  TENANT,
  type TestBulk,
  type TestBulkOptions,
} from '../testing/index.js';

const HOUR_MS = 3_600_000;
const COUNTED = { outstanding: 100, ttlSeconds: 3600, timeoutSeconds: 900, inputPrefix: 'async' };

interface Stage {
  readonly bulk: TestBulk;
  readonly deferred: ScriptedDeferredCalls;
  readonly jobId: string;
}

async function begin(
  lines: readonly string[],
  options: TestBulkOptions & { outstandingBound?: number } = {},
): Promise<Stage> {
  const deferred = new ScriptedDeferredCalls();
  deferred.options = { ...COUNTED, outstanding: options.outstandingBound ?? COUNTED.outstanding };
  const bulk = createTestBulk({ chunkLines: 100, deferred, ...options });
  return { bulk, deferred, jobId: await startJob(bulk, lines) };
}

/** A worker on another machine, over the same bucket. */
function another({ bulk, deferred }: Stage): TestBulk {
  return createTestBulk({ store: bulk.store, clock: bulk.clock, deferred, chunkLines: 100 });
}

async function asyncNames({ bulk, jobId }: Stage): Promise<string[]> {
  return await listKeys(bulk, `${objectKeys.workspace(TENANT, jobId, 0)}async/`);
}

describe('A chunk for an asynchronous endpoint', () => {
  it('is submitted and handed back, holding no slot until its results are there', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3));

    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later', reason: expect.stringContaining('3 calls') });
    expect(deferred.inputs).toEqual(['text 0', 'text 1', 'text 2']);
    deferred.answer();
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 3, failed: 0, usage: { totalTokens: 21 } });
    expect(bulk.models.inputs).toEqual([]);
  });

  it('names each call by job, chunk, call and try, within what SageMaker takes', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(2));
    await runChunk(bulk, jobId, 0);

    expect(deferred.queued[1]?.submission).toMatchObject({
      inferenceId: `${jobId}-0-1-1`,
      filename: '000001-1.json',
      outputExtension: `t/${TENANT}/jobs/${jobId}/000000`,
      inputKey: `async/bulk/${jobId}/000000/000001-1.json`,
    });
    expect(`${jobId}-999999-999999-99`.length).toBeLessThanOrEqual(64);
  });

  it('looks by one LIST, and submits nothing twice meanwhile', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3));
    await runChunk(bulk, jobId, 0);
    const before = deferred.lists;
    deferred.answer('text 1');
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 0);

    expect(deferred.lists - before).toBe(2);
    expect(deferred.inputs).toHaveLength(3);
    expect(await bulk.live.read(jobId, 3)).toEqual({ total: 3, completed: 1, failed: 0 });
  });

  it('writes down what it means to call, and each wave, before it submits', async () => {
    const stage = await begin(requestLines(1));
    const seen: string[][] = [];
    const submit = stage.deferred.submit.bind(stage.deferred);
    stage.deferred.submit = async (model, submission, signal) => {
      seen.push(await asyncNames(stage));
      return await submit(model, submission, signal);
    };
    await runChunk(stage.bulk, stage.jobId, 0);

    // First the question where results go, then the line.
    expect(seen).toEqual([[], ['intent', 'waves/000001']]);
  });

  it('makes the line again only when nothing of a lost submission can run any more', async () => {
    const stage = await begin(requestLines(2));
    const { bulk, deferred, jobId } = stage;
    deferred.refuse = (input) =>
      input === 'canary' ? undefined : { kind: 'unclear', error: failureOf('upstream_unavailable') };
    await runChunk(bulk, jobId, 0);
    deferred.refuse = undefined;
    const submitted = deferred.inputs.length;
    bulk.clock.nowMs += HOUR_MS + 900_000;
    await runChunk(another(stage), jobId, 0);
    const beforeItWasOver = deferred.inputs.filter((input) => input === 'text 0').length;
    bulk.clock.nowMs += 130_000;
    await runChunk(another(stage), jobId, 0);

    // The first lost answer ended the wave but for those already on their way.
    expect(submitted).toBeGreaterThanOrEqual(1);
    expect(beforeItWasOver).toBe(1);
    expect(deferred.inputs.filter((input) => input === 'text 0')).toHaveLength(2);
    deferred.answer();
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 2 });
  });

  it('takes the result of a submission whose answer was lost', async () => {
    const stage = await begin(requestLines(1));
    const { bulk, deferred, jobId } = stage;
    deferred.refuse = (input) =>
      input === 'canary' ? undefined : { kind: 'unclear', error: failureOf('upstream_unavailable') };
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(another(stage), jobId, 0)).toEqual({ kind: 'committed' });
    expect(deferred.inputs).toEqual(['text 0']);
  });

  it('submits once when two workers take it at the same time', async () => {
    const stage = await begin(requestLines(20));
    const other = another(stage);
    const results = await Promise.all([runChunk(stage.bulk, stage.jobId, 0), runChunk(other, stage.jobId, 0)]);

    expect(stage.deferred.inputs.toSorted((a, b) => a.localeCompare(b))).toHaveLength(20);
    expect(new Set(stage.deferred.inputs).size).toBe(20);
    expect(results.map(({ kind }) => kind)).toEqual(['later', 'later']);
  });

  it('brings submissions on their way to an end when its worker must stop, and submits no more', async () => {
    const stage = await begin(requestLines(30));
    const stop = new AbortController();
    const submit = stage.deferred.submit.bind(stage.deferred);
    const cut: boolean[] = [];
    stage.deferred.submit = async (model, submission, signal) => {
      if (submission.inferenceId.startsWith(stage.jobId)) stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
      cut.push(signal.aborted);
      return await submit(model, submission, signal);
    };
    const result = await runChunk(stage.bulk, stage.jobId, 0, stop.signal);
    const submitted = stage.deferred.inputs.length;
    await runChunk(another(stage), stage.jobId, 0);

    expect(result).toMatchObject({ kind: 'later', delayMs: 0 });
    expect(cut).not.toContain(true);
    expect(submitted).toBeLessThan(30);
    expect(new Set(stage.deferred.inputs).size).toBe(stage.deferred.inputs.length);
  });

  it('submits nothing of a wave that has grown old while its worker was frozen', async () => {
    const stage = await begin(requestLines(30));
    const submit = stage.deferred.submit.bind(stage.deferred);
    stage.deferred.submit = async (model, submission, signal) => {
      if (submission.inferenceId.startsWith(stage.jobId)) stage.bulk.clock.nowMs += 61_000;
      return await submit(model, submission, signal);
    };
    await runChunk(stage.bulk, stage.jobId, 0);

    // Those that were on their way when it froze.
    expect(stage.deferred.inputs.length).toBeLessThanOrEqual(8);
  });

  it('has no more calls outstanding than the endpoint may, over all chunks', async () => {
    const outstanding = new MemoryOutstandingCalls();
    const { bulk, deferred, jobId } = await begin(requestLines(20), {
      chunkLines: 10,
      outstanding,
      outstandingBound: 12,
    });
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 1);
    const first = deferred.inputs.length;
    deferred.answer('text 0');
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 1);

    expect(first).toBe(12);
    expect(deferred.inputs).toHaveLength(13);
  });

  it('takes its even share where nobody can count', async () => {
    const outstanding = new MemoryOutstandingCalls();
    outstanding.isAway = true;
    const { bulk, deferred, jobId } = await begin(requestLines(20), {
      outstanding,
      outstandingBound: 32,
      windowChunks: 8,
    });
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 0);

    expect(deferred.inputs).toHaveLength(4);
  });

  it('finds results that come elsewhere because the endpoint was changed', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3), { outstandingBound: 2 });
    await runChunk(bulk, jobId, 0);
    deferred.root = 's3://elsewhere/';
    deferred.answer();
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(deferred.queued[2]?.output).toMatch(/^s3:\/\/elsewhere\//);
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
  });

  it('takes the row of a try that was given up, when its result comes late', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(1));
    await runChunk(bulk, jobId, 0);
    bulk.clock.nowMs += 2 * HOUR_MS;
    await runChunk(bulk, jobId, 0);
    deferred.objects.set(deferred.queued[0]?.output ?? '', JSON.stringify({ input: 'text 0' }));

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(deferred.inputs).toHaveLength(2);
  });

  it('keeps what has come when its job is cancelled, and lets go of the rest', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3));
    await runChunk(bulk, jobId, 0);
    const input = deferred.queued[2]?.submission.inputKey ?? '';
    await bulk.store.put(input, 'a body too long to travel inline');
    deferred.answer('text 1');
    await bulk.batches.cancel(TENANT, jobId);
    const record = await driveToEnd(bulk, jobId);

    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 3, completed: 1, failed: 2 } });
    expect((await readRows(bulk, record.outputFileId)).map(({ custom_id }) => custom_id)).toEqual(['line-1']);
    await expect(bulk.store.head(input)).rejects.toMatchObject({ reason: 'not_found' });
    expect(await bulk.registry.metrics()).toContain('sluice_bulk_async_calls_total{outcome="abandoned"} 2');
  });

  it('blames the line whose answer has ended its worker each time it was read alone', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(2));
    await runChunk(bulk, jobId, 0);
    deferred.answer();
    const workspace = objectKeys.workspace(TENANT, jobId, 0);
    for (const attempt of ['a', 'b', 'c']) await bulk.store.put(`${workspace}begun/${attempt}`, '');
    for (const attempt of ['b', 'c']) await bulk.store.put(`${workspace}trial/${attempt}/1`, '');

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 1, failed: 1 });
    expect((await listKeys(bulk, `${workspace}trial/`)).filter((name) => name.endsWith('/0'))).toHaveLength(1);
  });

  it('says why it waits when its calls cannot be submitted', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(2));
    deferred.refuse = () => ({ kind: 'refused', error: failureOf('upstream_unavailable') });
    await runChunk(bulk, jobId, 0);

    expect(await bulk.live.readWaiting(jobId)).toMatchObject({ reason: failureOf('upstream_unavailable').message });
  });

  it('shows for how long its oldest call has waited', async () => {
    const { bulk, jobId } = await begin(requestLines(1));
    await runChunk(bulk, jobId, 0);
    bulk.clock.nowMs += 100_000;
    const result = await runChunk(bulk, jobId, 0);

    expect(result).toMatchObject({
      reason: '1 calls are outstanding at gpu-async, the oldest for 100 s',
      delayMs: 50_000,
    });
    expect(await bulk.registry.metrics()).toContain('sluice_bulk_async_oldest_wait_seconds{endpoint="gpu-async"} 100');
  });
});
