import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { answerOf, createTestBulk, requestLines, runChunk, startJob } from '../testing/index.js';

/** Node's own collector, which is hidden unless a flag asks for it. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

describe('ChunkRunner, once a chunk is done', () => {
  it('holds nothing of it, however long the process goes on', async () => {
    const collect = exposeCollector();
    const bulk = createTestBulk({ chunkLines: 2 });
    const jobId = await startJob(bulk, requestLines(2));
    const process = new AbortController();
    const seen: WeakRef<AbortSignal>[] = [];
    bulk.models.script = (call) => {
      seen.push(new WeakRef(call.signal));
      return answerOf(call);
    };
    expect(await runChunk(bulk, jobId, 0, process.signal)).toEqual({ kind: 'committed' });
    expect(seen).toHaveLength(2);
    const isForgotten = (): boolean => {
      collect();
      return seen.every((signal) => signal.deref() === undefined);
    };
    await expect.poll(isForgotten, { timeout: 60_000 }).toBe(true);
    expect(process.signal.aborted).toBe(false);
  });
});
