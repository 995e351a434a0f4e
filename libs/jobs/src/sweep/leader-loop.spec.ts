import { afterEach, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { createTestBulk, requestLines, startJob, TENANT, until } from '../testing/index.js';
import { LeaderLoop, LeaderLock } from './leader-loop.js';

/** Who holds it is up to the test. */
class FakeLock extends LeaderLock {
  free = true;
  released = 0;
  asked = 0;

  override async hold(): Promise<boolean> {
    this.asked++;
    return await Promise.resolve(this.free);
  }

  override async release(): Promise<void> {
    await Promise.resolve();
    this.released++;
  }
}

const loops: LeaderLoop[] = [];

function createLoop(store = new MemoryObjectStore(), sweepMs = 5) {
  const bulk = createTestBulk({ store });
  const lock = new FakeLock();
  const sweeps: number[] = [];
  const resigned: number[] = [];
  const loop = new LeaderLoop({
    ...bulk,
    lock,
    sweepMs,
    onSweep: ({ jobs }) => void sweeps.push(jobs),
    onResigned: () => void resigned.push(sweeps.length),
  });
  loops.push(loop);
  return { bulk, lock, loop, sweeps, resigned };
}

afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop();
});

describe('LeaderLoop', () => {
  it('sweeps again and again while it holds the lock', async () => {
    const { bulk, loop, sweeps } = createLoop();
    const id = await startJob(bulk, requestLines(2));
    loop.start();
    await until(() => sweeps.length >= 3);
    expect(new Set(sweeps)).toEqual(new Set([1]));
    expect(bulk.queue.chunkIds()).toEqual([`${id}-0`]);
  });

  it('sweeps nothing and heeds no hint while another holds it, and takes over as soon as it is free', async () => {
    const { bulk, lock, loop, sweeps } = createLoop();
    lock.free = false;
    const id = await startJob(bulk, requestLines(2));
    loop.start();
    loop.hint({ kind: 'created', tenant: TENANT, jobId: id });
    await until(() => lock.asked >= 3);
    expect([sweeps, bulk.queue.chunkIds()]).toEqual([[], []]);
    lock.free = true;
    await until(() => sweeps.length > 0);
    expect(bulk.queue.chunkIds()).toEqual([`${id}-0`]);
  });

  it('forgets what it knew when it loses the lock, and begins anew when it has it again', async () => {
    const { bulk, lock, loop, sweeps, resigned } = createLoop(undefined, 20);
    const id = await startJob(bulk, requestLines(4));
    loop.start();
    await until(() => sweeps.length > 0);
    lock.free = false;
    const asked = lock.asked;
    await until(() => lock.asked > asked + 1);
    expect([loop.isLeading, resigned.length]).toEqual([false, 1]);
    bulk.queue.empty();
    const swept = sweeps.length;
    lock.free = true;
    await until(() => sweeps.length > swept);
    expect(bulk.queue.chunkIds()).toEqual([`${id}-0`, `${id}-1`]);
  });

  it('acts on a hint between two sweeps', async () => {
    const { bulk, loop, sweeps } = createLoop(undefined, 60_000);
    loop.start();
    await until(() => sweeps.length === 1);
    const id = await startJob(bulk, requestLines(2));
    loop.hint({ kind: 'created', tenant: TENANT, jobId: id });
    await until(() => bulk.queue.chunkIds().length === 1);
    expect(sweeps).toHaveLength(1);
  });

  it('goes on after a sweep that failed, because the store or the queue was away', async () => {
    const store = new MemoryObjectStore();
    const { bulk, lock, loop, sweeps } = createLoop(store);
    await startJob(bulk, requestLines(2));
    store.failNext('list', 3);
    bulk.queue.away = true;
    loop.start();
    await until(() => lock.asked >= 6);
    expect(sweeps).toEqual([]);
    bulk.queue.away = false;
    await until(() => sweeps.length > 1);
  });

  it('gives the lock back when it stops, and does nothing more', async () => {
    const { bulk, lock, loop, sweeps } = createLoop();
    loop.start();
    await until(() => sweeps.length > 0);
    await loop.stop();
    expect(lock.released).toBe(1);
    const [asked, swept] = [lock.asked, sweeps.length];
    loop.hint({ kind: 'created', tenant: TENANT, jobId: await startJob(bulk, requestLines(1)) });
    await until(async () => (await bulk.store.list('active/')).objects.length === 1);
    expect([lock.asked, sweeps.length, bulk.queue.chunkIds()]).toEqual([asked, swept, []]);
  });

  it('does not give back a lock that it does not hold', async () => {
    const { lock, loop } = createLoop();
    lock.free = false;
    loop.start();
    await until(() => lock.asked > 0);
    await loop.stop();
    expect(lock.released).toBe(0);
  });
});
