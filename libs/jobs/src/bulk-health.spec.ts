import { afterAll, describe, expect, it } from 'vitest';
import { createLogger, createRedis } from '#platform';
import type { ObjectStore, ProbeResult } from '#storage';
import { MemoryObjectStore } from '../../storage/src/testing/index.js';
import { BulkHealth } from './bulk-health.js';

const logger = createLogger({ name: 'test', level: 'silent' });
/** Nothing listens there. */
const redis = createRedis({ url: 'redis://127.0.0.1:1', role: 'producer', commandTimeoutMs: 50, logger });

afterAll(() => redis.disconnect());

function createHealth(probe: (store: ObjectStore) => Promise<ProbeResult>) {
  const store = new MemoryObjectStore();
  const health = new BulkHealth({ store, redis, timeoutMs: 50, logger, probe });
  const failures = (): (string | undefined)[] => health.checks().map(({ detail }) => detail);
  return { store, health, failures };
}

const safe = async (): Promise<ProbeResult> => await Promise.resolve({ ok: true });
const unsafe = async (): Promise<ProbeResult> =>
  await Promise.resolve({ ok: false, failure: 'A create-only write replaced an object.' });

describe('BulkHealth', () => {
  it('claims nothing before it has looked, and refuses nothing', () => {
    const { health } = createHealth(safe);
    expect(health.checks().map(({ name, ok }) => [name, ok])).toEqual([
      ['object-store', false],
      ['conditional-writes', false],
      ['redis', false],
    ]);
    expect(health.refusal()).toBeUndefined();
  });

  it('says what works and what does not, each by itself', async () => {
    const { health, failures } = createHealth(safe);
    await health.look();
    const [store, writes, queue] = failures();
    expect([store, writes]).toEqual([undefined, undefined]);
    expect(queue).toMatch(/queue is not available/);
  });

  it('refuses jobs on a store that does not keep its conditional writes, and takes none', async () => {
    const { health } = createHealth(unsafe);
    await health.look();
    expect(health.refusal()).toMatch(/A create-only write replaced an object/);
    await expect(health.waitUntilSafe(new AbortController().signal)).rejects.toMatchObject({
      reason: 'bulk_unavailable',
    });
  });

  it('shows a store that went away, and keeps what the probe has found', async () => {
    const { store, health, failures } = createHealth(safe);
    await health.look();
    store.failNext('list');
    await health.look();
    expect(failures().slice(0, 2)).toEqual([expect.stringMatching(/does not answer/), undefined]);
    await health.look();
    expect(failures()[0]).toBeUndefined();
  });

  it('probes again when the store was away during the probe', async () => {
    let probes = 0;
    const { health } = createHealth(async () => {
      if (++probes === 1) throw new TypeError('broken');
      return await safe();
    });
    await health.look();
    expect(health.checks()[0]).toMatchObject({ ok: false, detail: 'broken' });
    await health.look();
    await health.waitUntilSafe(new AbortController().signal);
    expect(probes).toBe(2);
  });

  it('waits until the store is known to be safe, and no longer than it should', async () => {
    const { health } = createHealth(safe);
    const controller = new AbortController();
    const waiting = health.waitUntilSafe(controller.signal);
    await health.look();
    await waiting;
    const other = createHealth(safe).health.waitUntilSafe(controller.signal);
    controller.abort();
    await other;
  });

  it('looks by itself once it was started', async () => {
    const { health, failures } = createHealth(safe);
    health.start();
    await expect.poll(() => failures()[0]).toBeUndefined();
    health.stop();
  });
});
