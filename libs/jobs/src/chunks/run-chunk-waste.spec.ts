import { describe, expect, it } from 'vitest';
import type { PackLimits } from '#inference';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  embeddingsOf,
  hang,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  until,
} from '../testing/index.js';

const PACKING: PackLimits = {
  inputs: 16,
  tokens: 16_384,
  targetMs: 60_000,
  payloadBytes: 6_291_456,
  replyEncoding: 'base64',
};

describe('Waste', () => {
  it('is nothing where each line is called once', async () => {
    const bulk = createTestBulk({ chunkLines: 4 });
    await runChunk(bulk, await startJob(bulk, requestLines(4)), 0);
    expect(bulk.waste).toEqual({});
  });

  it('is what an attempt has done when the result of another one stands', async () => {
    const store = new MemoryObjectStore();
    const [winner, loser] = [createTestBulk({ store, chunkLines: 4 }), createTestBulk({ store, chunkLines: 4 })];
    const jobId = await startJob(winner, requestLines(4));
    const open = Promise.withResolvers<undefined>();
    loser.models.script = async (call) => {
      await open.promise;
      return answerOf(call);
    };
    const late = runChunk(loser, jobId, 0);
    await until(() => loser.models.inputs.length === 4);
    await runChunk(winner, jobId, 0);
    open.resolve(undefined);
    await late;
    expect(loser.waste).toEqual({ lost: 4 });
  });

  it('counts calls, not the lines that share them', async () => {
    const store = new MemoryObjectStore();
    const [winner, loser] = [createTestBulk({ store, chunkLines: 4 }), createTestBulk({ store, chunkLines: 4 })];
    const jobId = await startJob(winner, requestLines(4));
    loser.models.put('model/dev', { endpoint: 'gpu', concurrency: 4, packing: PACKING });
    const open = Promise.withResolvers<undefined>();
    loser.models.script = async (call) => {
      await open.promise;
      return embeddingsOf(call);
    };
    const late = runChunk(loser, jobId, 0);
    await until(() => loser.models.inputs.length === 1);
    await runChunk(winner, jobId, 0);
    open.resolve(undefined);
    await late;
    expect(loser.waste).toEqual({ lost: 1 });
  });

  it('is at most what a worker that died had in flight, counted once', async () => {
    const store = new MemoryObjectStore();
    const [dead, next] = [createTestBulk({ store, chunkLines: 10 }), createTestBulk({ store, chunkLines: 10 })];
    const jobId = await startJob(dead, requestLines(10));
    dead.models.script = async (call) => await hang(call.signal);
    const stop = new AbortController();
    void runChunk(dead, jobId, 0, stop.signal).catch(() => undefined);
    await until(() => dead.models.inputs.length === 4);
    const give = new AbortController();
    give.abort();
    await next.runner.run({ version: 1, tenant: TENANT, jobId, chunk: 0 }, new AbortController().signal, give.signal);
    await next.runner.run({ version: 1, tenant: TENANT, jobId, chunk: 0 }, new AbortController().signal, give.signal);
    expect(next.waste).toEqual({ died: 4 });
    stop.abort();
  });
});
