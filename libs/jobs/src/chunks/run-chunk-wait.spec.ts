import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { objectKeys, type ChunkCommit } from '#contracts';
import { answerOf, createTestBulk, requestLines, runChunk, startJob, TENANT, until } from '../testing/index.js';

/** Long enough to be seen by any clock. */
const HELD_MS = 30;

describe('A chunk whose calls find the endpoint full', () => {
  it('tells for how long it stood still', async () => {
    const bulk = createTestBulk({ chunkLines: 1 });
    bulk.models.put('model/dev', { endpoint: 'gpu', concurrency: 1 });
    const open = Promise.withResolvers<undefined>();
    bulk.models.script = async (call) => {
      await open.promise;
      return answerOf(call);
    };
    const jobId = await startJob(bulk, requestLines(2));
    const first = runChunk(bulk, jobId, 0);
    await until(() => bulk.models.inputs.length === 1);
    const second = runChunk(bulk, jobId, 1);
    await delay(10 * HELD_MS);
    open.resolve(undefined);
    await Promise.all([first, second]);
    const commit = await bulk.records.read<ChunkCommit>(objectKeys.commit(TENANT, jobId, 1));

    expect(commit?.value.waitedMs).toBeGreaterThanOrEqual(HELD_MS);
  });
});
