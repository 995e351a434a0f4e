import { describe, expect, it } from 'vitest';
import type { ChunkResult } from '../chunks/chunk-result.js';
import { SharedNews } from './shared-news.js';
import { takeWhenReady } from './take-when-ready.js';

const CHUNK = { version: 1, tenant: 'acme', jobId: 'job_1', chunk: 5 } as const;
const NEVER = new AbortController().signal;
const A_LONG_TIME_MS = 60_000;
const COMMITTED: ChunkResult = { kind: 'committed' };

function awaiting(awaits: readonly number[], delayMs = A_LONG_TIME_MS): ChunkResult {
  return { kind: 'later', delayMs, reason: 'test', awaits };
}

/** A chunk that comes to one thing after the other, each once it was asked for. */
function takes(results: readonly ChunkResult[], onTake: (take: number) => void = () => undefined) {
  let count = 0;
  return async (): Promise<ChunkResult> => {
    onTake(count);
    await Promise.resolve();
    return results[count++] ?? COMMITTED;
  };
}

describe('takeWhenReady', () => {
  it('takes a chunk again once all that it waits for is told', async () => {
    const news = new SharedNews();
    const taken: number[] = [];
    const result = takeWhenReady(
      news,
      CHUNK,
      NEVER,
      takes([awaiting([3, 4])], (take) => taken.push(take)),
    );
    await Promise.resolve();
    news.tell({ jobId: 'job_2', chunk: 3 });
    news.tell({ jobId: 'job_1', chunk: 4 });
    expect(taken).toEqual([0]);
    news.tell({ jobId: 'job_1', chunk: 3 });
    expect(await result).toEqual(COMMITTED);
    expect(taken).toEqual([0, 1]);
  });

  it('misses nothing that is told while the chunk is looked at', async () => {
    const news = new SharedNews();
    const take = takes([awaiting([3])], (count) => count === 0 && news.tell({ jobId: 'job_1', chunk: 3 }));
    expect(await takeWhenReady(news, CHUNK, NEVER, take)).toEqual(COMMITTED);
  });

  it('puts it back where nothing is told in time', async () => {
    const result = await takeWhenReady(new SharedNews(), CHUNK, NEVER, takes([awaiting([3], 1)]));
    expect(result).toEqual(awaiting([3], 0));
  });

  it('puts it back when the worker stops', async () => {
    const stop = new AbortController();
    const result = takeWhenReady(new SharedNews(), CHUNK, stop.signal, takes([awaiting([3])]));
    stop.abort();
    expect(await result).toEqual(awaiting([3], 0));
  });

  it('leaves alone what waits for something else', async () => {
    const later: ChunkResult = { kind: 'later', delayMs: 5000, reason: 'the model is loading' };
    expect(await takeWhenReady(new SharedNews(), CHUNK, NEVER, takes([later]))).toEqual(later);
  });
});
