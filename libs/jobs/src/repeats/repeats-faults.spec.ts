import { describe, expect, it } from 'vitest';
import { objectKeys, type JobRecord } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createTestBulk,
  driveToEnd,
  embeddingsOf,
  failureOf,
  FAULTS,
  FaultyStore,
  listKeys,
  MemoryJobQueue,
  runChunk,
  ScriptedModels,
  streamOf,
  TENANT,
  type Fault,
  type TestBulk,
} from '../testing/index.js';

const TEXTS = ['a', 'b', 'bad', 'c', 'a', 'bad', 'a', 'c', 'd'];
const CHUNK_LINES = 3;

function createModels(): ScriptedModels {
  const models = new ScriptedModels();
  models.script = (call) => {
    if (call.input === 'bad') throw failureOf('upstream_rejected');
    return embeddingsOf(call);
  };
  return models;
}

async function create(bulk: TestBulk): Promise<string> {
  const content = streamOf(TEXTS.map((text) => `${text}\n`).join(''));
  const file = await bulk.files.create({ tenant: TENANT, filename: 'a.txt', purpose: 'user_data', content });
  const request = { type: 'embeddings', model: 'model/dev', input_file_id: file.id, deduplicate: true } as const;
  return (await bulk.jobsFace.create({ tenant: TENANT, keyId: 'key-1' }, request)).id;
}

/** What a caller sees of a job in the end. */
async function readEnd(bulk: TestBulk, { status, counts, usage, outputFileId }: JobRecord) {
  const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, outputFileId ?? ''));
  return { status, counts, usage, output: body.toString() };
}

interface Mishap {
  readonly fault: Fault;
  readonly at: number;
  /** What is done first, on the store where one call goes wrong. */
  readonly begin: (bulk: TestBulk, jobId: string) => Promise<unknown>;
}

async function runWith({ fault, at, begin }: Mishap) {
  const store = new MemoryObjectStore();
  const models = createModels();
  const queue = new MemoryJobQueue();
  const healthy = createTestBulk({ store, models, queue, chunkLines: CHUNK_LINES });
  const jobId = await create(healthy);
  const way = new FaultyStore(store, at, fault);
  const unlucky = createTestBulk({ store: way, models, queue, chunkLines: CHUNK_LINES });
  const done = begin(unlucky, jobId).catch((error: unknown) => error);
  await Promise.race([done, way.crashed]);
  queue.empty();
  const record = await driveToEnd(healthy, jobId);
  return { healthy, end: await readEnd(healthy, record), reached: way.calls >= at };
}

/** Later chunks come first, so that each is put back once and taken again. */
async function runBackwards(bulk: TestBulk, jobId: string): Promise<void> {
  await bulk.planner.plan(TENANT, jobId);
  for (const chunk of [2, 1, 0, 1, 2]) await runChunk(bulk, jobId, chunk);
  await driveToEnd(bulk, jobId);
}

describe('a job whose chunks repeat texts of others', () => {
  it.each(
    FAULTS.flatMap((fault) => [
      { fault, order: 'in order', begin: driveToEnd },
      { fault, order: 'backwards', begin: runBackwards },
    ]),
  )('run $order ends in the same rows, whichever call of the store meets $fault', async ({ fault, begin }) => {
    const undisturbed = createTestBulk({ models: createModels(), chunkLines: CHUNK_LINES });
    const expected = await readEnd(undisturbed, await driveToEnd(undisturbed, await create(undisturbed)));
    expect(expected).toMatchObject({ counts: { total: 9, completed: 7, failed: 2 }, usage: { input_tokens: 4 } });
    let faults = 0;
    for (let at = 1; ; at++) {
      const { healthy, end, reached } = await runWith({ fault, at, begin });
      if (!reached) break;
      faults++;
      expect(end).toEqual(expected);
      expect(await listKeys(healthy, objectKeys.active)).toEqual([]);
    }
    expect(faults).toBeGreaterThan(60);
  });
});
