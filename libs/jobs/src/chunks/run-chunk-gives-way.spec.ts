import { describe, expect, it } from 'vitest';
import { answerOf, createTestBulk, readCommit, requestLines, startJob, TENANT, until } from '../testing/index.js';

const NEVER = new AbortController().signal;

describe('A chunk that gives way', () => {
  it('ends its calls in flight, saves them and repeats none when it is taken again', async () => {
    const bulk = createTestBulk({ chunkLines: 10 });
    const jobId = await startJob(bulk, requestLines(10));
    const payload = { version: 1, tenant: TENANT, jobId, chunk: 0 } as const;
    const open = Promise.withResolvers<undefined>();
    bulk.models.script = async (call) => {
      await open.promise;
      return answerOf(call);
    };
    const giveWay = new AbortController();
    const first = bulk.runner.run(payload, NEVER, giveWay.signal);
    await until(() => bulk.models.inputs.length === 4);
    giveWay.abort();
    open.resolve(undefined);
    expect(await first).toMatchObject({ kind: 'later', delayMs: 0 });
    expect(bulk.models.inputs).toHaveLength(4);

    expect(await bulk.runner.run(payload, NEVER)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 10, failed: 0 });
    expect(bulk.models.inputs).toHaveLength(10);
  });

  it('is gone when its job has ended meanwhile', async () => {
    const bulk = createTestBulk({ chunkLines: 10 });
    const jobId = await startJob(bulk, requestLines(10));
    const open = Promise.withResolvers<undefined>();
    bulk.models.script = async (call) => {
      await open.promise;
      return answerOf(call);
    };
    const giveWay = new AbortController();
    const run = bulk.runner.run({ version: 1, tenant: TENANT, jobId, chunk: 0 }, NEVER, giveWay.signal);
    await until(() => bulk.models.inputs.length === 4);
    await bulk.batches.cancel(TENANT, jobId);
    giveWay.abort();
    open.resolve(undefined);
    expect(await run).toEqual({ kind: 'gone' });
  });
});
