import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  driveToEnd,
  failureOf,
  FAULTS,
  FaultyStore,
  listKeys,
  MemoryJobQueue,
  readRows,
  requestLines,
  ScriptedModels,
  startJob,
  TENANT,
  type Fault,
} from './testing/index.js';

const LINES = 5;
const BAD_LINE = 'text 3';

function createModels(): ScriptedModels {
  const models = new ScriptedModels();
  models.script = (call) => {
    if (call.input === BAD_LINE) throw failureOf('upstream_rejected');
    return answerOf(call);
  };
  return models;
}

/** A worker does a whole job on a store where one call goes wrong; if it dies, another one goes on. */
async function runWith(fault: Fault, at: number) {
  const store = new MemoryObjectStore();
  const models = createModels();
  const queue = new MemoryJobQueue();
  const healthy = createTestBulk({ store, models, queue });
  const jobId = await startJob(healthy, requestLines(LINES));
  const way = new FaultyStore(store, at, fault);
  const unlucky = createTestBulk({ store: way, models, queue });
  const done = driveToEnd(unlucky, jobId).catch((error: unknown) => error);
  await Promise.race([done, way.crashed]);
  queue.empty();
  await driveToEnd(healthy, jobId);
  return { healthy, jobId, reached: way.calls >= at };
}

describe('the job engine', () => {
  it.each(FAULTS)(
    'ends a job with every line once, in order and counted right, whichever call meets %s',
    async (fault) => {
      let faults = 0;
      for (let at = 1; ; at++) {
        const { healthy, jobId, reached } = await runWith(fault, at);
        if (!reached) break;
        faults++;
        const record = await healthy.jobs.read(TENANT, jobId);
        expect(record).toMatchObject({
          status: 'completed',
          counts: { total: LINES, completed: LINES - 1, failed: 1 },
          usage: { input_tokens: (LINES - 1) * 6, output_tokens: LINES - 1 },
        });
        const answered = (await readRows(healthy, record.outputFileId)).map(({ custom_id }) => custom_id);
        expect(answered).toEqual(['line-0', 'line-1', 'line-2', 'line-4']);
        expect((await readRows(healthy, record.errorFileId)).map(({ custom_id }) => custom_id)).toEqual(['line-3']);
        expect(await listKeys(healthy, objectKeys.active)).toEqual([]);
        expect(await listKeys(healthy, objectKeys.fileReferences(TENANT, record.inputFileId))).toEqual([]);
        const outputs = await healthy.files.list(TENANT, { limit: 10, order: 'desc', purpose: 'batch_output' });
        expect(outputs.data).toHaveLength(2);
      }
      expect(faults).toBeGreaterThan(50);
    },
  );
});
