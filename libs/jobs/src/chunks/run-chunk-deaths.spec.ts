import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  FaultyStore,
  listKeys,
  parseRows,
  readCommit,
  requestLines,
  runChunk,
  startJob,
  TENANT,
} from '../testing/index.js';

/** A worker of its own over the shared store, which dies when a line of that input reaches its model. */
async function runUntilDeath(store: MemoryObjectStore, jobId: string, killer: string, chunks: readonly number[] = [0]) {
  const way = new FaultyStore(store);
  const bulk = createTestBulk({ store: way, checkpointMs: 60_000 });
  bulk.models.script = async (call) => {
    if (call.input !== killer) return answerOf(call);
    way.kill();
    return await new Promise<never>(() => undefined);
  };
  const run = Promise.all(chunks.map((chunk) => runChunk(bulk, jobId, chunk))).then(
    ([first]) => first ?? ({ kind: 'gone' } as const),
  );
  const result = await Promise.race([run, way.crashed.then(() => 'died' as const)]);
  return { result, bulk };
}

async function startOver(lines: number) {
  const store = new MemoryObjectStore();
  const bulk = createTestBulk({ store, chunkLines: lines });
  return { store, bulk, jobId: await startJob(bulk, requestLines(lines)) };
}

describe('ChunkRunner and a line that kills workers', () => {
  it('finds the line, fails it alone and finishes its neighbours', async () => {
    const { store, bulk, jobId } = await startOver(6);
    const results: unknown[] = [];
    for (let worker = 0; worker < 10 && results.at(-1) !== 'committed'; worker++) {
      const { result } = await runUntilDeath(store, jobId, 'text 3');
      results.push(result === 'died' ? result : result.kind);
    }
    expect(results).toEqual(['died', 'died', 'died', 'died', 'died', 'committed']);
    const commit = await readCommit(bulk, jobId, 0);
    expect(commit).toMatchObject({ completed: 5, failed: 1 });
    const { body } = await store.get(commit?.errors?.key ?? '');
    expect(parseRows(body)).toMatchObject([{ custom_id: 'line-3', response: null, error: { code: 'worker_crashed' } }]);
  });

  it('blames no line of another chunk that the same workers were running', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store, chunkLines: 4 });
    const jobId = await startJob(bulk, requestLines(8));
    const results: unknown[] = [];
    for (let worker = 0; worker < 20 && results.at(-1) !== 'done'; worker++) {
      const { result } = await runUntilDeath(store, jobId, 'text 2', [0, 1]);
      results.push(result === 'died' ? result : 'done');
    }
    expect(results.at(-1)).toBe('done');
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 3, failed: 1 });
    expect(await readCommit(bulk, jobId, 1)).toMatchObject({ completed: 4, failed: 0 });
  });

  it('runs lines one by one after three deaths, and side by side before that', async () => {
    const { store, jobId } = await startOver(6);
    for (let death = 0; death < 3; death++) {
      const { bulk } = await runUntilDeath(store, jobId, 'text 3');
      expect(bulk.models.mostInFlight).toBeGreaterThan(1);
    }
    const { bulk, result } = await runUntilDeath(store, jobId, 'none');
    expect(result).toEqual({ kind: 'committed' });
    expect(bulk.models.mostInFlight).toBe(1);
  });

  it('blames no line for the one death that was not its doing', async () => {
    const { store, jobId } = await startOver(6);
    for (let death = 0; death < 4; death++) await runUntilDeath(store, jobId, 'text 3');
    const { bulk, result } = await runUntilDeath(store, jobId, 'none');
    expect(result).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 6, failed: 0 });
  });

  it('blames no line that a worker which is still alive is running', async () => {
    const { store, jobId } = await startOver(4);
    for (let death = 0; death < 3; death++) await runUntilDeath(store, jobId, 'text 0');
    const slow = createTestBulk({ store });
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const next = createTestBulk({ store });
    let second: Promise<unknown> | undefined;
    slow.models.script = async (call) => {
      second ??= runChunk(next, jobId, 0);
      await held;
      return answerOf(call);
    };
    const first = runChunk(slow, jobId, 0);
    await expect.poll(() => second !== undefined).toBe(true);
    expect(await second).toEqual({ kind: 'committed' });
    answer();
    await first;
    expect(await readCommit(next, jobId, 0)).toMatchObject({ completed: 4, failed: 0 });
  });

  it('remembers the deaths in the store, and ends its own attempts there', async () => {
    const { store, bulk, jobId } = await startOver(2);
    await runUntilDeath(store, jobId, 'text 1');
    const workspace = objectKeys.workspace(TENANT, jobId, 0);
    expect(await listKeys(bulk, `${workspace}begun/`)).toHaveLength(1);
    expect(await listKeys(bulk, `${workspace}ended/`)).toEqual([]);
    await runUntilDeath(store, jobId, 'none');
    expect(await listKeys(bulk, `${workspace}begun/`)).toHaveLength(2);
    expect(await listKeys(bulk, `${workspace}ended/`)).toHaveLength(1);
  });
});
