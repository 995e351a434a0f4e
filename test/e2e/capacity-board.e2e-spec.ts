import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EndpointSignals, startCapacity } from '#inference';
import { createLogger, createRedis, type Redis } from '#platform';
import type { CapacityDecision } from '../../libs/jobs/src/sharing/capacity-board.port.js';
import { RedisCapacityBoard } from '../../libs/jobs/src/sharing/redis-capacity-board.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const SETTINGS = { ceiling: 10, floor: 0, denseArrivals: 5, headroom: 0.25 };
const NOTHING = { completed: 0, lines: 0, full: 0 };

describe('The board that processes share capacity on', () => {
  let redis: Redis;

  beforeAll(async () => {
    redis = createRedis({ url: inject('redisUrl'), role: 'worker', commandTimeoutMs: 10_000, logger });
    await redis.ping();
  });

  afterAll(() => {
    redis.disconnect();
  });

  /** An endpoint of its own. */
  function open() {
    const endpoint = randomUUID();
    const board = new RedisCapacityBoard(redis, 10_000);
    const settle = async (worker: string, inFlight: number, wanted: number, limit = 0) =>
      await board.settle(worker, { endpoint, inFlight, wanted, limit, counts: NOTHING });
    const decide = async (worker: string, grant: number): Promise<void> =>
      await board.decide(worker, endpoint, decisionOf(grant));
    return { endpoint, board, settle, decide };
  }

  function decisionOf(grant: number): CapacityDecision {
    return { settings: SETTINGS, state: { ...startCapacity(SETTINGS, 0), grant }, realtime: 0, bulk: 0 };
  }

  it('lets one worker lead, and gives nothing before it has decided', async () => {
    const { settle, decide } = open();
    expect(await settle('a', 0, 5)).toMatchObject({ isLeader: true, lease: undefined, decision: undefined });
    expect(await settle('b', 0, 5)).toMatchObject({ isLeader: false });
    await decide('b', 10);
    expect(await settle('a', 0, 5)).toMatchObject({ lease: undefined });
    await decide('a', 10);
    expect(await settle('a', 0, 5)).toMatchObject({ isLeader: true, lease: 5, decision: decisionOf(10) });
  });

  it('parts what is decided among the workers that want it, and never gives out more', async () => {
    const { settle, decide } = open();
    await settle('a', 0, 100);
    await decide('a', 10);
    expect((await settle('a', 0, 100)).lease).toBe(10);
    // The first has them all in flight: the second waits for it to let go.
    expect((await settle('b', 0, 100)).lease).toBe(0);
    expect((await settle('a', 10, 100)).lease).toBe(5);
    expect((await settle('b', 0, 100)).lease).toBe(0);
    expect((await settle('a', 7, 100)).lease).toBe(5);
    expect((await settle('b', 0, 100)).lease).toBe(3);
    await settle('a', 5, 100);
    expect((await settle('b', 3, 100)).lease).toBe(5);
  });

  it('keeps for a worker that gets less what it may begin before it hears of it', async () => {
    const { settle, decide } = open();
    await settle('a', 0, 100);
    await decide('a', 10);
    expect((await settle('a', 0, 100)).lease).toBe(10);
    await settle('b', 0, 100);
    expect((await settle('a', 4, 100, 10)).lease).toBe(5);
    expect((await settle('b', 0, 100)).lease).toBe(0);
    expect((await settle('a', 6, 100, 5)).lease).toBe(5);
    expect((await settle('b', 0, 100)).lease).toBe(4);
  });

  it('gives what one does not want to the others', async () => {
    const { settle, decide } = open();
    await settle('a', 0, 2);
    await decide('a', 10);
    await settle('b', 0, 100);
    expect((await settle('a', 2, 2)).lease).toBe(2);
    expect((await settle('b', 0, 100)).lease).toBe(8);
  });

  it('frees what a worker had that says nothing any more, and lets another lead', async () => {
    const { settle, decide } = open();
    await settle('dead', 0, 10);
    await decide('dead', 10);
    await settle('dead', 10, 10);
    expect(await settle('b', 0, 10)).toMatchObject({ lease: 0, isLeader: false });
    await expect
      .poll(async () => await settle('b', 0, 10), { timeout: 60_000, interval: 100 })
      .toMatchObject({ isLeader: true, lease: undefined, decision: decisionOf(10) });
    await decide('b', 10);
    await expect.poll(async () => (await settle('b', 0, 10)).lease, { timeout: 60_000, interval: 100 }).toBe(10);
  });

  it('lets only few calls go round among many workers', async () => {
    const { settle, decide } = open();
    const workers = ['a', 'b', 'c'];
    for (const worker of workers) await settle(worker, 0, 10);
    const seen = new Set<string>();
    const sums: number[] = [];
    await expect
      .poll(
        async () => {
          await decide('a', 1);
          let sum = 0;
          for (const worker of workers) {
            const { lease = 0 } = await settle(worker, 0, 10);
            sum += lease;
            if (lease > 0) seen.add(worker);
          }
          sums.push(sum);
          return seen.size;
        },
        { timeout: 60_000, interval: 100 },
      )
      .toBe(3);
    expect(Math.max(...sums)).toBe(1);
  });

  it('shows the leader what each process tells of realtime, and each process what was decided', async () => {
    const { board, endpoint, settle, decide } = open();
    const signals = new EndpointSignals();
    signals.arrived();
    const told = { ...signals.read(), recentArrivals: 1 };
    expect(await board.publish('api', endpoint, told)).toBeUndefined();
    const { realtime } = await settle('a', 0, 1);
    expect([...realtime]).toEqual([['api', told]]);
    await decide('a', 4);
    expect(await board.publish('api', endpoint, told)).toEqual(decisionOf(4));
  });
});
