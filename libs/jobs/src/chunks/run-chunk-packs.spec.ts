import { describe, expect, it } from 'vitest';
import type { PackLimits } from '#inference';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createTestBulk,
  driveToEnd,
  embeddingOf,
  embeddingsOf,
  failureOf,
  FaultyStore,
  parseRows,
  readCommit,
  readRows,
  requestLine,
  requestLines,
  runChunk,
  ScriptedModels,
  startJob,
  streamOf,
  TENANT,
  type Script,
  type TestBulk,
} from '../testing/index.js';

const PACKING: PackLimits = {
  inputs: 16,
  tokens: 16_384,
  targetMs: 60_000,
  payloadBytes: 6_291_456,
  replyEncoding: 'base64',
};

function packedModels(script: Script = embeddingsOf): ScriptedModels {
  const models = new ScriptedModels({ 'model/dev': { endpoint: 'gpu', concurrency: 2, packing: PACKING } });
  models.script = script;
  return models;
}

const refusing =
  (bad: string): Script =>
  (call) => {
    if (call.inputs.includes(bad)) throw failureOf('upstream_rejected');
    return embeddingsOf(call);
  };

async function runJob(bulk: TestBulk, lines: readonly string[]) {
  const record = await driveToEnd(bulk, await startJob(bulk, lines));
  const rows = await readRows(bulk, record.outputFileId ?? null);
  return { record, rows, errors: await readRows(bulk, record.errorFileId ?? null) };
}

describe('ChunkRunner with lines that share calls', () => {
  it('gives every line the row that a call of its own would have given it', async () => {
    const lines = requestLines(50);
    const packed = createTestBulk({ models: packedModels(), chunkLines: 25 });
    const alone = createTestBulk({ chunkLines: 25 });
    alone.models.script = embeddingsOf;
    const one = await runJob(packed, lines);
    const other = await runJob(alone, lines);
    expect([packed.models.calls.length, alone.models.calls.length]).toEqual([4, 50]);
    expect(one.record.counts).toEqual({ total: 50, completed: 50, failed: 0 });
    expect(one.rows.map(({ custom_id }) => custom_id)).toEqual(other.rows.map(({ custom_id }) => custom_id));
    expect(one.rows.map(({ response }) => response?.body['data'])).toEqual(
      other.rows.map(({ response }) => response?.body['data']),
    );
    expect(one.record.usage).toEqual(other.record.usage);
  });

  it('fails a bad line alone, in its own file, and its neighbours pass', async () => {
    const bulk = createTestBulk({ models: packedModels(refusing('text 7')), chunkLines: 16 });
    const { record, rows, errors } = await runJob(bulk, requestLines(16));
    expect(record.counts).toEqual({ total: 16, completed: 15, failed: 1 });
    expect(errors).toMatchObject([{ custom_id: 'line-7', response: { status_code: 400 } }]);
    expect(rows).toHaveLength(15);
    expect(bulk.models.calls.length).toBeLessThanOrEqual(1 + 2 * 4);
  });

  it('keeps lines apart that ask for different things', async () => {
    const bulk = createTestBulk({ models: packedModels(), chunkLines: 4 });
    const other = requestLine('b', 'two').replace('"input"', '"dimensions":64,"input"');
    await runJob(bulk, [requestLine('a', 'one'), other, requestLine('c', 'three')]);
    expect(bulk.models.calls).toEqual([['one', 'three'], ['two']]);
  });

  it('goes on where an earlier attempt ended, without calling again for what it saved', async () => {
    const store = new MemoryObjectStore();
    const first = createTestBulk({ store, models: packedModels(), chunkLines: 40 });
    const jobId = await startJob(first, requestLines(40));
    const stop = new AbortController();
    first.models.script = (call) => {
      if (first.models.calls.length === 2) stop.abort();
      return embeddingsOf(call);
    };
    expect(await runChunk(first, jobId, 0, stop.signal)).toMatchObject({ kind: 'later' });
    const second = createTestBulk({ store, models: packedModels(), chunkLines: 40 });
    expect(await runChunk(second, jobId, 0)).toEqual({ kind: 'committed' });
    const called = [...first.models.calls, ...second.models.calls].flat();
    expect(called.toSorted()).toEqual(Array.from({ length: 40 }, (_, line) => `text ${line}`).toSorted());
    const commit = await readCommit(second, jobId, 0);
    const rows = parseRows((await store.get(commit?.output?.key ?? '')).body);
    expect(rows.map(({ response }) => JSON.stringify(response?.body['data']))).toEqual(
      Array.from({ length: 40 }, (_, line) => expect.stringContaining(embeddingOf(`text ${line}`))),
    );
  });

  it('runs lines one by one, in calls of their own, once the chunk has killed three workers', async () => {
    const store = new MemoryObjectStore();
    const jobId = await startJob(createTestBulk({ store, chunkLines: 6 }), requestLines(6));
    for (let death = 0; death < 3; death++) {
      const way = new FaultyStore(store);
      const bulk = createTestBulk({ store: way, models: packedModels(), checkpointMs: 60_000 });
      bulk.models.script = async () => {
        way.kill();
        return await new Promise<never>(() => undefined);
      };
      await Promise.race([runChunk(bulk, jobId, 0), way.crashed]);
      expect(bulk.models.calls).toEqual([['text 0', 'text 1', 'text 2', 'text 3', 'text 4', 'text 5']]);
    }
    const bulk = createTestBulk({ store, models: packedModels() });
    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(bulk.models.calls).toEqual(Array.from({ length: 6 }, (_, line) => [`text ${line}`]));
    expect(bulk.models.mostInFlight).toBe(1);
  });

  it('embeds the texts of an embeddings job together, a row for each', async () => {
    const bulk = createTestBulk({ models: packedModels(), chunkLines: 10 });
    const content = streamOf('one\nthree\nfifteen\n');
    const { id: input } = await bulk.files.create({ tenant: TENANT, filename: 'a.txt', purpose: 'user_data', content });
    const order = { type: 'embeddings', model: 'model/dev', input_file_id: input } as const;
    const { id } = await bulk.jobsFace.create({ tenant: TENANT, keyId: 'key-1' }, order);
    const record = await driveToEnd(bulk, id);
    const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, record.outputFileId ?? ''));
    expect(bulk.models.calls).toEqual([['one', 'three', 'fifteen']]);
    expect(body.toString().split('\n')).toEqual([
      `{"index":0,"line":1,"embedding":${embeddingOf('one')},"tokens":4}`,
      `{"index":1,"line":2,"embedding":${embeddingOf('three')},"tokens":4}`,
      `{"index":2,"line":3,"embedding":${embeddingOf('fifteen')},"tokens":7}`,
      '',
    ]);
    expect(record.usage?.total_tokens).toBe('onethreefifteen'.length);
  });
});
