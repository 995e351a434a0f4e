import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { GatewayError } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  failureOf,
  FaultyStore,
  listKeys,
  parseRows,
  readCommit,
  requestLines,
  runChunk,
  startJob,
  TENANT,
} from '../testing/index.js';

describe('ChunkRunner and an endpoint that does not serve', () => {
  it('finishes all lines of a chunk whose endpoint refuses for a while, and fails none', async () => {
    const bulk = createTestBulk({ chunkLines: 10 });
    const jobId = await startJob(bulk, requestLines(10));
    let refusals = 5;
    bulk.models.script = (call) => {
      if (refusals-- > 0) throw failureOf(refusals % 2 === 0 ? 'upstream_throttled' : 'upstream_unavailable');
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 10, failed: 0 });
    expect(bulk.retries).toHaveLength(5);
  });

  it('fails a line alone that fails three times on an endpoint that is alive', async () => {
    const bulk = createTestBulk({ chunkLines: 5 });
    const jobId = await startJob(bulk, requestLines(5));
    bulk.models.script = (call) => {
      if (call.input === 'text 3') throw failureOf('upstream_error');
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 4, failed: 1 });
    expect(bulk.models.inputs.filter((input) => input === 'text 3')).toHaveLength(3);
  });

  it('comes again later, with its lines saved, when the endpoint fails and the canary is dead', async () => {
    const bulk = createTestBulk({ chunkLines: 5, checkpointMs: 60_000 });
    const jobId = await startJob(bulk, requestLines(5));
    let broken = true;
    bulk.models.script = (call) => {
      if (call.input === 'text 0' || !broken) return answerOf(call);
      throw failureOf('upstream_error');
    };
    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later', delayMs: 5000 });
    expect(await readCommit(bulk, jobId, 0)).toBeUndefined();
    broken = false;
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 5, failed: 0 });
    expect(bulk.models.inputs.filter((input) => input === 'text 0')).toHaveLength(1);
  });

  it('waits for a model that is not in the catalog any more', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    bulk.models.remove('model/dev');
    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later' });
    expect(await readCommit(bulk, jobId, 0)).toBeUndefined();
  });
});

describe('ChunkRunner and a store that does not serve', () => {
  it.each(['get', 'head', 'list'] as const)('comes again later when %s fails at the start', async (operation) => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(2));
    store.failNext(operation);
    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later', delayMs: 2000 });
    expect(bulk.models.inputs).toEqual([]);
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
  });

  it('keeps what the model said, and commits it when the store is back', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 3 });
    const jobId = await startJob(bulk, requestLines(3));
    bulk.models.script = (call) => {
      if (call.input === 'text 2') store.failNext('put', 2);
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toHaveLength(3);
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 3, failed: 0 });
  });

  it('commits once though every first answer of the store is lost', async () => {
    for (const mode of ['retried', 'reported'] as const) {
      const store = new MemoryObjectStore();
      const bulk = createTestBulk({ store, chunkLines: 3 });
      const jobId = await startJob(bulk, requestLines(3));
      store.loseAnswers(mode);
      await expect.poll(async () => (await runChunk(bulk, jobId, 0)).kind).not.toBe('later');
      expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 3, failed: 0 });
      expect(bulk.models.inputs).toHaveLength(3);
    }
  });

  it.each(['refused', 'answer-lost'] as const)(
    'counts no death for an attempt that the store let down, whichever call met %s',
    async (fault) => {
      for (let at = 1; ; at++) {
        const store = new MemoryObjectStore();
        const bulk = createTestBulk({ store, chunkLines: 8 });
        const jobId = await startJob(bulk, requestLines(8));
        const stop = new AbortController();
        bulk.models.script = (call) => {
          stop.abort();
          return answerOf(call);
        };
        expect(await runChunk(bulk, jobId, 0, stop.signal)).toMatchObject({ kind: 'later' });

        const way = new FaultyStore(store, at, fault);
        await runChunk(createTestBulk({ store: way }), jobId, 0);
        const workspace = objectKeys.workspace(TENANT, jobId, 0);
        const begun = await listKeys(bulk, `${workspace}begun/`);
        const ended = await listKeys(bulk, `${workspace}ended/`);
        expect(begun.filter((attempt) => !ended.includes(attempt))).toEqual([]);
        if (way.calls < at) break;
      }
    },
  );

  it.each(['replaced', 'removed'])('fails what is left of a chunk whose input was %s behind its back', async (how) => {
    const bulk = createTestBulk({ chunkLines: 3 });
    const jobId = await startJob(bulk, requestLines(3));
    const { inputFileId } = await bulk.jobs.read(TENANT, jobId);
    bulk.models.script = (call) => {
      if (call.input === 'text 0' || call.input === 'text 1') return answerOf(call);
      throw failureOf('upstream_error');
    };
    expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later' });
    const key = objectKeys.fileContent(TENANT, inputFileId);
    if (how === 'removed') await bulk.store.delete([key]);
    else await bulk.store.put(key, 'something else');
    const asked = bulk.models.inputs.length;

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.inputs).toHaveLength(asked);
    const commit = await readCommit(bulk, jobId, 0);
    expect(commit).toMatchObject({ sealed: null, completed: 2, failed: 1 });
    const { body } = await bulk.store.get(commit?.errors?.key ?? '');
    expect(parseRows(body)).toMatchObject([{ custom_id: null, response: null, error: { code: 'input_changed' } }]);
  });

  it('leaves a chunk alone whose job has let go of its input, since it has just ended', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const { inputFileId } = await bulk.jobs.read(TENANT, jobId);
    const inner = bulk.store.get.bind(bulk.store);
    bulk.store.get = async (key, options) => {
      if (key !== objectKeys.fileContent(TENANT, inputFileId)) return await inner(key, options);
      await bulk.batches.cancel(TENANT, jobId);
      throw new GatewayError('not_found', 'gone');
    };
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'gone' });
    expect(await readCommit(bulk, jobId, 0)).toBeUndefined();
  });
});
