import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import type { ObjectStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { NO_TOKENS, type FinishedRow } from '../chunks/finished-row.js';
import type { ChunkContext } from '../chunks/job-context.js';
import { newChunkContext } from '../testing/index.js';
import { FirstRows } from './first-rows.js';

const SHARED = [0, 2, 3];

/** A chunk of four requests, of which later ones need three. */
function newChunk(): ChunkContext {
  const context = newChunkContext(4);
  const planned = { ...context.planned, shared: SHARED.length };
  return { ...context, planned, plan: { ...context.plan, chunks: [planned] } };
}

function rowsOf(attempt: string): Map<number, FinishedRow> {
  return new Map(
    [0, 1, 2, 3].map((request) => {
      const json = Buffer.from(`{"index":${request},"attempt":"${attempt}"}`);
      return [request, { request, ok: request !== 2, json, usage: NO_TOKENS }];
    }),
  );
}

async function readAll(rows: FirstRows, context: ChunkContext, requests: readonly number[] = SHARED) {
  const found = new Map<number, string>();
  const missing = await rows.read(context, requests, (request, row) => found.set(request, row.toString()));
  return { missing, found: [...found].toSorted(([a], [b]) => a - b).map(([, row]) => row) };
}

function shareAs(store: ObjectStore, attempt: string, context: ChunkContext): Promise<void> {
  return new FirstRows(store).share(context, SHARED, rowsOf(attempt));
}

describe('FirstRows', () => {
  it('are those that are no errors, here and in another process', async () => {
    const store = new MemoryObjectStore();
    const context = newChunk();
    const here = new FirstRows(store);
    await here.share(context, SHARED, rowsOf('one'));
    const expected = { missing: [], found: ['{"index":0,"attempt":"one"}', '{"index":3,"attempt":"one"}'] };
    expect(await readAll(here, context)).toEqual(expected);
    const there = new FirstRows(store);
    expect(await readAll(there, context)).toEqual(expected);
    expect(await readAll(there, context)).toEqual(expected);
  });

  it('are what was shared first, whatever another attempt was answered', async () => {
    const store = new MemoryObjectStore();
    const context = newChunk();
    const early = new FirstRows(store);
    await shareAs(store, 'the first', context);
    expect((await readAll(early, context, [0])).found).toEqual(['{"index":0,"attempt":"the first"}']);
    await shareAs(store, '2nd', context);
    const all = ['{"index":0,"attempt":"the first"}', '{"index":3,"attempt":"the first"}'];
    expect((await readAll(early, context)).found).toEqual(all);
    expect((await readAll(new FirstRows(store), context)).found).toEqual(all);
  });

  it('are waited for until the chunk shares them or has its result without', async () => {
    const store = new MemoryObjectStore();
    const context = newChunk();
    const rows = new FirstRows(store);
    expect(await readAll(rows, context)).toEqual({ missing: [0], found: [] });
    expect(await rows.missing(context, [0])).toEqual([0]);
    await store.put(objectKeys.commit(context.record.tenant, context.record.id, 0), '{}');
    expect(await readAll(rows, context)).toEqual({ missing: [], found: [] });
  });

  it('are not waited for where they came while those of an earlier chunk were', async () => {
    const store = new MemoryObjectStore();
    const one = newChunk();
    const next = { ...one.planned, request: 4 };
    const plan = { ...one.plan, chunks: [one.planned, next, { ...next, request: 8 }] };
    const job = { ...one, plan };
    const rows = new FirstRows(store);
    expect(await rows.read(job, [0, 4, 8], () => undefined)).toEqual([0, 1, 2]);
    await shareAs(store, 'other', { ...job, chunk: 1, planned: next });
    expect(await rows.missing(job, [0, 1, 2])).toEqual([0]);
    await shareAs(store, 'other', job);
    expect(await rows.missing(job, [0, 1, 2])).toEqual([2]);
  });

  it('are found when they come between the look for them and that for the result', async () => {
    const context = newChunk();
    const { tenant, id } = context.record;
    class BusyStore extends MemoryObjectStore {
      override async head(key: string) {
        await shareAs(this, 'other', context);
        await this.put(objectKeys.commit(tenant, id, 0), '{}');
        return await super.head(key);
      }
    }
    const { found } = await readAll(new FirstRows(new BusyStore()), context);
    expect(found).toEqual(['{"index":0,"attempt":"other"}', '{"index":3,"attempt":"other"}']);
  });
});
