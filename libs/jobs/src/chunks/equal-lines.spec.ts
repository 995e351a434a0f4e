import { describe, expect, it } from 'vitest';
import type { CreateJobDto, JobRecord } from '#contracts';
import {
  createTestBulk,
  DeferredVectors,
  driveToEnd,
  failureOf,
  readCommit,
  readRows,
  runChunk,
  streamOf,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };
const INPUT = ['a', 'b', 'a', 'bad', 'a', 'bad', 'c'].map((text, id) => `${JSON.stringify({ id, text })}\n`).join('');

function createBulk(options: Parameters<typeof createTestBulk>[0] = {}): TestBulk {
  const bulk = createTestBulk({ chunkLines: 10, ...options });
  bulk.models.script = ({ input }) => {
    if (input === 'bad') throw failureOf('upstream_rejected');
    const usage = { promptTokens: 5, completionTokens: 0, totalTokens: 5 };
    return { body: Buffer.from(`{"data":[{"embedding":[${input.charCodeAt(0)}],"index":0}]}`), usage };
  };
  return bulk;
}

async function create(bulk: TestBulk, more: Partial<CreateJobDto> = {}): Promise<string> {
  const file = { tenant: TENANT, filename: 'a.jsonl', purpose: 'user_data', content: streamOf(INPUT) } as const;
  const input_file_id = (await bulk.files.create(file)).id;
  const request = { type: 'embeddings', model: 'model/dev', input_file_id, deduplicate: true, ...more } as const;
  return (await bulk.jobsFace.create(CALLER, request)).id;
}

async function expectAll(bulk: TestBulk, record: JobRecord): Promise<void> {
  expect(record).toMatchObject({
    status: 'completed',
    counts: { total: 7, completed: 5, failed: 2 },
    usage: { input_tokens: 15, total_tokens: 15 },
  });
  expect(await readRows<Record<string, unknown>>(bulk, record.outputFileId)).toEqual([
    { index: 0, line: 1, id: 0, embedding: [97], tokens: 5 },
    { index: 1, line: 2, id: 1, embedding: [98], tokens: 5 },
    { index: 2, line: 3, id: 2, embedding: [97], tokens: 0 },
    { index: 4, line: 5, id: 4, embedding: [97], tokens: 0 },
    { index: 6, line: 7, id: 6, embedding: [99], tokens: 5 },
  ]);
  const failed = await readRows<Record<string, unknown>>(bulk, record.errorFileId);
  expect(failed.map(({ index, id, status }) => [index, id, status])).toEqual([
    [3, 3, 400],
    [5, 5, 400],
  ]);
}

describe('a job that shares the answers to equal texts', () => {
  it('calls each once, counts its tokens once, and gives every line its row', async () => {
    const bulk = createBulk();
    const record = await driveToEnd(bulk, await create(bulk));
    await expectAll(bulk, record);
    expect(bulk.models.inputs.toSorted()).toEqual(['a', 'b', 'bad', 'c']);
  });

  it('calls each as often as it stands there where nobody asked', async () => {
    const bulk = createBulk();
    await driveToEnd(bulk, await create(bulk, { deduplicate: false }));
    expect(bulk.models.inputs).toHaveLength(7);
  });

  it('goes on from a checkpoint without calling or counting twice', async () => {
    const bulk = createBulk();
    const id = await create(bulk);
    await bulk.planner.plan(TENANT, id);
    const stop = new AbortController();
    const script = bulk.models.script;
    bulk.models.script = async (call) => {
      if (call.input === 'c') {
        stop.abort();
        throw failureOf('upstream_unavailable');
      }
      return await script(call);
    };
    await runChunk(bulk, id, 0, stop.signal);
    expect(await readCommit(bulk, id, 0)).toBeUndefined();
    bulk.models.script = script;
    await expectAll(bulk, await driveToEnd(bulk, id));
    expect(bulk.models.inputs.filter((input) => input === 'a')).toHaveLength(1);
  });

  it('says of every line what became of it when it is cancelled', async () => {
    const bulk = createBulk();
    const id = await create(bulk);
    await bulk.planner.plan(TENANT, id);
    await bulk.jobsFace.cancel(TENANT, id);
    const record = await driveToEnd(bulk, id);
    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 7, completed: 0, failed: 7 } });
    expect(
      (await readRows<Record<string, unknown>>(bulk, record.errorFileId)).map(({ index, id: own }) => [index, own]),
    ).toEqual(Array.from({ length: 7 }, (_, index) => [index, index]));
  });

  it('submits each to an asynchronous endpoint once', async () => {
    const deferred = new DeferredVectors();
    const bulk = createBulk({ deferred });
    const id = await create(bulk);
    await bulk.planner.plan(TENANT, id);
    await runChunk(bulk, id, 0);
    expect(deferred.inputs).toEqual(['a', 'b', 'bad', 'c']);
    deferred.answer();
    expect(await runChunk(bulk, id, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, id, 0)).toMatchObject({ completed: 7, failed: 0 });
  });
});
