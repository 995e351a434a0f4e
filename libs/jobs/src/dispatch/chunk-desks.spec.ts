import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChunkResult } from '../chunks/chunk-result.js';
import { ChunkDesks } from './chunk-desks.js';

const NEVER = new AbortController().signal;
const STARTED_MS = 1_000_000;
const LATER = { kind: 'later', delayMs: 0 } as const;

function chunkOf(tenant: string, chunkId: string, jobId = chunkId) {
  return { claim: { tenant, jobId, rank: 1, deadlineMs: 1 }, chunkId, addedAtMs: STARTED_MS };
}

/** Desks of one endpoint and the chunks that sit there, each until it is told to end. */
function createDesks() {
  const clock = { nowMs: STARTED_MS };
  const desks = new ChunkDesks({ base: 1, most: 2, sliceMs: 5000 }, () => clock.nowMs);
  const seated = new Map<string, { readonly giveWay: AbortSignal; end(result?: ChunkResult): void }>();
  const take = async (tenant: string, chunkId: string, stop = NEVER): Promise<ChunkResult> =>
    await desks.take(chunkOf(tenant, chunkId), stop, async (giveWay) => {
      const { promise, resolve } = Promise.withResolvers<ChunkResult>();
      seated.set(chunkId, { giveWay, end: (result = { kind: 'committed' }) => resolve(result) });
      try {
        return await promise;
      } finally {
        seated.delete(chunkId);
      }
    });
  return { clock, desks, seated, take, names: () => [...seated.keys()] };
}

describe('ChunkDesks', () => {
  let stop: AbortController;
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(() => stop.abort());

  it('runs a chunk of a tenant that comes while another tenant has many waiting', async () => {
    const { seated, take, names } = createDesks();
    const first = take('large', 'large-0', stop.signal);
    for (let chunk = 1; chunk < 10; chunk++) void take('large', `large-${chunk}`, stop.signal);
    const small = take('small', 'small-0', stop.signal);
    await setImmediate();
    expect(names()).toEqual(['large-0', 'small-0']);
    seated.get('small-0')?.end();
    expect(await small).toEqual({ kind: 'committed' });
    seated.get('large-0')?.end();
    expect(await first).toEqual({ kind: 'committed' });
    await setImmediate();
    expect(names()).toEqual(['large-1']);
  });

  it('frees the desk of a chunk that failed', async () => {
    const { desks, take, names } = createDesks();
    const failing = desks.take(chunkOf('a', 'a-0'), stop.signal, async () => await Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    void take('a', 'a-1', stop.signal);
    await setImmediate();
    expect(names()).toEqual(['a-1']);
  });

  it('tells one to give way when more tenants come than there are desks, and seats the new one then', async () => {
    const { clock, desks, seated, take, names } = createDesks();
    const results = ['a', 'b', 'c'].map((tenant) => take(tenant, `${tenant}-0`, stop.signal));
    await setImmediate();
    expect(names()).toEqual(['a-0', 'b-0']);
    clock.nowMs += 5000;
    desks.turn();
    expect(seated.get('a-0')?.giveWay.aborted).toBe(true);
    seated.get('a-0')?.end({ ...LATER, reason: 'others are in turn' });
    expect(await results[0]).toMatchObject(LATER);
    // The turn also offered the one that waited to other workers; here it was taken again.
    void take('c', 'c-1', stop.signal);
    await setImmediate();
    expect(names()).toEqual(['b-0', 'c-1']);
  });

  it('hands back what waits, one a second and the last in turn first, for workers that have room', async () => {
    const { clock, desks, take } = createDesks();
    const results = ['a-0', 'a-1', 'a-2', 'a-3'].map((chunkId) => take('a', chunkId, stop.signal));
    desks.turn();
    clock.nowMs += 1000;
    desks.turn();
    desks.turn();
    expect(await results[3]).toMatchObject(LATER);
    clock.nowMs += 1000;
    desks.turn();
    expect(await results[2]).toMatchObject(LATER);
    expect(await Promise.race([results[1], Promise.resolve('still waits')])).toBe('still waits');
  });

  it('hands back, of one job, the chunk that came last', async () => {
    const { clock, desks } = createDesks();
    const sit = async (): Promise<ChunkResult> => await new Promise(() => undefined);
    const results = [0, 1, 2].map((chunk) => desks.take(chunkOf('a', `a-${chunk}`, 'job_a'), stop.signal, sit));
    clock.nowMs += 1000;
    desks.turn();
    expect(await Promise.race(results)).toMatchObject(LATER);
    expect(await Promise.race([results[1], Promise.resolve('still waits')])).toBe('still waits');
  });

  it('says how long the oldest chunk has been waiting, also when it has been handed back meanwhile', async () => {
    const { clock, desks, take } = createDesks();
    expect(desks.oldestWaitMs()).toBe(0);
    void take('a', 'a-0', stop.signal);
    expect(desks.oldestWaitMs()).toBe(0);
    clock.nowMs += 3000;
    void take('a', 'a-1', stop.signal);
    expect(desks.oldestWaitMs()).toBe(3000);
  });

  it('hands back what waits at once when the process stops', async () => {
    const { take, names } = createDesks();
    void take('a', 'a-0', stop.signal);
    const waiting = take('a', 'a-1', stop.signal);
    stop.abort();
    expect(await waiting).toMatchObject(LATER);
    expect(await take('a', 'a-2', stop.signal)).toMatchObject(LATER);
    expect(names()).toEqual(['a-0']);
  });

  it('lets the newer of two equal chunks wait, since a queue that was emptied knows no other', async () => {
    const { seated, take } = createDesks();
    void take('a', 'a-0', stop.signal);
    const before = take('a', 'a-1', stop.signal);
    const after = take('a', 'a-1', stop.signal);
    expect(await before).toEqual({ kind: 'gone' });
    seated.get('a-0')?.end();
    await setImmediate();
    seated.get('a-1')?.end();
    expect(await after).toEqual({ kind: 'committed' });
  });
});
