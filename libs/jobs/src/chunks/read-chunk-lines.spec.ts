import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newChunkContext, requestLines } from '../testing/index.js';
import type { ChunkContext } from './job-context.js';
import { readChunkLines } from './read-chunk-lines.js';

/** A chunk that is the second and third line of an input of four. */
async function createChunk() {
  const store = new MemoryObjectStore();
  const context = newChunkContext(2);
  const lines = requestLines(4).map((line) => `${line}\n`);
  const { etag } = await store.put(context.plan.input.key, lines.join(''));
  const [before = '', second = '', third = ''] = lines;
  const planned = {
    first: before.length,
    last: before.length + second.length + third.length - 1,
    request: 1,
    requests: 2,
  };
  const input = { ...context.plan.input, etag };
  const chunk: ChunkContext = { ...context, planned, plan: { ...context.plan, input, chunks: [planned] } };
  return { store, chunk };
}

describe('readChunkLines', () => {
  it('gives the requests of the range, numbered within the job', async () => {
    const { store, chunk } = await createChunk();
    expect(
      (await readChunkLines(store, chunk)).map(({ request, customId, body }) => [request, customId, body.toString()]),
    ).toEqual([
      [1, 'line-1', '{"model":"model/dev","input":"text 1"}'],
      [2, 'line-2', '{"model":"model/dev","input":"text 2"}'],
    ]);
  });

  it('refuses an input that is not the one that was planned', async () => {
    const { store, chunk } = await createChunk();
    await store.put(chunk.plan.input.key, requestLines(4).join('\n'));
    await expect(readChunkLines(store, chunk)).rejects.toMatchObject({ reason: 'precondition_failed' });
    await store.delete([chunk.plan.input.key]);
    await expect(readChunkLines(store, chunk)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('refuses a range that does not hold the lines that were planned', async () => {
    const { store, chunk } = await createChunk();
    const wrong = { ...chunk, planned: { ...chunk.planned, requests: 3 } };
    await expect(readChunkLines(store, wrong)).rejects.toMatchObject({ reason: 'internal_error' });
  });
});
