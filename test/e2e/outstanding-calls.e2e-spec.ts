import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLogger, createRedis, type Redis } from '#platform';
import type { OutstandingCalls } from '../../libs/jobs/src/async-chunks/outstanding-calls.port.js';
import { RedisOutstandingCalls } from '../../libs/jobs/src/bullmq/redis-outstanding-calls.js';
import { MemoryOutstandingCalls } from '../../libs/jobs/src/testing/index.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const BOUND = 12;

describe.each(['redis', 'memory'])('Outstanding calls in %s', (kind) => {
  let redis: Redis;

  beforeAll(async () => {
    redis = createRedis({ url: inject('redisUrl'), role: 'worker', commandTimeoutMs: 10_000, logger });
    await redis.ping();
  });

  afterAll(() => {
    redis.disconnect();
  });

  /** Claims of chunks at an endpoint of its own; each gives what was granted. */
  function open() {
    const endpoint = randomUUID();
    const calls: OutstandingCalls =
      kind === 'memory'
        ? new MemoryOutstandingCalls()
        : new RedisOutstandingCalls(redis, { timeoutMs: 10_000, logger });
    const claim = async (chunk: string, outstanding: number, wanted: number): Promise<number | undefined> =>
      (await calls.claim({ endpoint, chunk, outstanding, wanted, bound: BOUND }))?.granted;
    return { calls, endpoint, claim };
  }

  it('give all that is free to one who is alone', async () => {
    const { claim } = open();

    expect(await claim('a', 0, 5)).toBe(5);
    expect(await claim('a', 5, 20)).toBe(7);
    expect(await claim('a', 12, 20)).toBe(0);
    expect(await claim('a', 10, 20)).toBe(2);
  });

  it('give nobody more than its even share while another has less and wants more', async () => {
    const { claim } = open();
    await claim('a', 0, 100);

    expect(await claim('b', 0, 100)).toBe(0);
    // Two of the first one's calls have come: they are for the second, until both have as much.
    expect(await claim('a', 10, 88)).toBe(0);
    expect(await claim('b', 0, 100)).toBe(2);
    expect(await claim('a', 6, 88)).toBe(0);
    expect(await claim('b', 2, 98)).toBe(4);
    expect(await claim('a', 5, 88)).toBe(1);
  });

  it('give what others do not want', async () => {
    const { claim } = open();
    await claim('small', 0, 2);

    expect(await claim('large', 0, 100)).toBe(10);
  });

  it('are free again once they are released', async () => {
    const { calls, endpoint, claim } = open();
    await claim('a', 0, 12);
    await calls.release(endpoint, 'a');

    expect(await calls.claim({ endpoint, chunk: 'b', outstanding: 0, wanted: 3, bound: BOUND })).toEqual({
      granted: 3,
      total: 3,
    });
  });

  it('never pass the bound, however many claim at the same time', async () => {
    const { claim } = open();
    const grants = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(`chunk-${index}`, 0, 3)));

    expect(grants.reduce((sum: number, granted) => sum + (granted ?? 0), 0)).toBe(BOUND);
  });
});

describe('Outstanding calls in a Redis that is away', () => {
  it('cannot be told', async () => {
    const redis = createRedis({ url: 'redis://127.0.0.1:1', role: 'producer', commandTimeoutMs: 100, logger });
    const calls = new RedisOutstandingCalls(redis, { timeoutMs: 100, logger });

    expect(await calls.claim({ endpoint: 'e', chunk: 'a', outstanding: 0, wanted: 1, bound: 1 })).toBeUndefined();
    await expect(calls.release('e', 'a')).resolves.toBeUndefined();
    redis.disconnect();
  });
});
