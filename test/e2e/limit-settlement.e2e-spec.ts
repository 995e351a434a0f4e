import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { readSettlement, SETTLE_SCRIPT, toArguments } from '../../apps/api/src/limits/settle-script.js';
import { ShareLedger } from '../../apps/api/src/limits/share-ledger.js';
import type { KeyLimits } from '../../apps/api/src/auth/key-record.js';

/** One process of the api as the script knows it. */
class Replica {
  readonly ledger = new ShareLedger({ replicas: 1, degradedAfterMs: 60_000 });
  private readonly name = randomUUID();

  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  async settle(): Promise<void> {
    const report = this.ledger.report();
    const answer = await this.redis.eval(SETTLE_SCRIPT, 1, this.prefix, ...toArguments(this.name, report));
    this.ledger.settle(report, readSettlement(answer));
  }

  /** @returns how many of so many calls were let in. */
  take(limits: KeyLimits, calls: number, tokens = 0): number {
    const budget = this.ledger.budgetOf('key-1', limits);
    let taken = 0;
    for (let call = 0; call < calls; call++) {
      try {
        this.ledger.take(budget, tokens);
        taken++;
      } catch (error) {
        if ((error as { reason?: string }).reason !== 'rate_limit_exceeded') throw error;
      }
    }
    return taken;
  }
}

async function settleAll(replicas: readonly Replica[], rounds = 1): Promise<void> {
  for (let round = 0; round < rounds; round++) for (const replica of replicas) await replica.settle();
}

describe('Limits settled by several processes', () => {
  let redis: Redis;
  let prefix: string;
  beforeEach(() => {
    redis = new Redis(inject('redisUrl'));
    prefix = `{test:${randomUUID()}}:`;
  });
  afterEach(() => redis.disconnect());
  const start = async (count: number): Promise<Replica[]> => {
    const replicas = Array.from({ length: count }, () => new Replica(redis, prefix));
    await settleAll(replicas, 2);
    return replicas;
  };

  it('give each its part at first, and never more than the limit together', async () => {
    const replicas = await start(3);
    const limits = { requestsPerMinute: 60 };
    const counts = replicas.map((replica) => replica.take(limits, 100));
    expect(counts).toEqual([20, 20, 20]);
    await settleAll(replicas, 5);
    expect(replicas.map((replica) => replica.take(limits, 100))).toEqual([0, 0, 0]);
  });

  it('let one process alone use the whole limit within a few settlements', async () => {
    const [busy, ...idle] = await start(4);
    const limits = { requestsPerMinute: 100 };
    let taken = 0;
    for (let round = 0; round < 12; round++) {
      taken += busy?.take(limits, 100) ?? 0;
      await settleAll([...idle, ...(busy === undefined ? [] : [busy])]);
    }
    expect(taken).toBe(100);
    expect(idle.map((replica) => replica.take(limits, 100))).toEqual([0, 0, 0]);
  });

  it('share a limit that is smaller than the number of processes', async () => {
    const replicas = await start(5);
    const limits = { requestsPerMinute: 2 };
    let taken = 0;
    for (let round = 0; round < 4; round++) {
      for (const replica of replicas) taken += replica.take(limits, 1);
      await settleAll(replicas);
    }
    expect(taken).toBe(2);
  });

  it('bound calls that are open at the same time, and free them when they end', async () => {
    const [first, second] = (await start(2)) as [Replica, Replica];
    const limits = { concurrentRequests: 4 };
    const permits = [0, 1].map(() => first.ledger.take(first.ledger.budgetOf('key-1', limits), 0));
    expect(first.take(limits, 5)).toBe(0);
    expect(second.take(limits, 5)).toBe(2);
    await settleAll([first, second], 6);
    expect([first.take(limits, 1), second.take(limits, 1)]).toEqual([0, 0]);
    for (const permit of permits) first.ledger.end(permit, undefined);
    await settleAll([first, second], 6);
    expect(second.take(limits, 5)).toBeGreaterThan(0);
  });

  it('bring a large request of tokens through where another process holds half', async () => {
    const [busy, idle] = (await start(2)) as [Replica, Replica];
    const limits = { tokensPerMinute: 1000 };
    expect(busy.take(limits, 1, 900)).toBe(0);
    await settleAll([busy, idle], 8);
    expect(busy.take(limits, 1, 900)).toBe(1);
    expect(busy.take(limits, 1, 900)).toBe(0);
  });

  it('are told again in full when Redis has forgotten everything', async () => {
    const replicas = await start(2);
    const limits = { requestsPerMinute: 10 };
    for (const replica of replicas) expect(replica.take(limits, 10)).toBe(5);
    await settleAll(replicas, 2);
    const keys = await redis.keys(`${prefix}*`);
    expect(keys.length).toBeGreaterThan(0);
    await redis.del(...keys);
    await settleAll(replicas, 3);
    expect(replicas.map((replica) => replica.take(limits, 10))).toEqual([0, 0]);
  });
});
