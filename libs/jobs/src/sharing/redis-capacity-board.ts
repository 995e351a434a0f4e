import { redisNames } from '#contracts';
import type { Redis } from '#platform';
import { within } from '../bullmq/within.js';
import {
  CapacityBoard,
  type BulkCounts,
  type CapacityDecision,
  type PublishedSignals,
  type Settlement,
  type ShareReport,
} from './capacity-board.port.js';
import { DECIDE_SCRIPT, PUBLISH_SCRIPT, SETTLE_SCRIPT } from './capacity-scripts.js';

/** Two small hashes and two strings an endpoint. Emptied, they fill again within two ticks. */
export class RedisCapacityBoard extends CapacityBoard {
  /** The last decision of each endpoint, which most answers repeat word for word. */
  private readonly known = new Map<string, { readonly text: string; readonly decision: CapacityDecision }>();

  constructor(
    private readonly redis: Redis,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async publish(process: string, endpoint: string, signals: PublishedSignals): Promise<CapacityDecision | undefined> {
    const { realtime, decision } = redisNames.capacity(endpoint);
    const answer = await this.run(PUBLISH_SCRIPT, [realtime, decision], [process, JSON.stringify(signals)]);
    return this.readDecision(endpoint, answer);
  }

  async settle(worker: string, { endpoint, inFlight, wanted, limit, counts }: ShareReport): Promise<Settlement> {
    const { realtime, bulk, decision, leader } = redisNames.capacity(endpoint);
    const report = [worker, String(inFlight), String(wanted), JSON.stringify(counts), String(limit)];
    const answer = await this.run(SETTLE_SCRIPT, [realtime, bulk, decision, leader], report);
    return readSettlement(answer, (text) => this.readDecision(endpoint, text));
  }

  async look(endpoint: string): Promise<CapacityDecision | undefined> {
    const { decision } = redisNames.capacity(endpoint);
    const answer = await within(this.redis, this.timeoutMs, () => this.redis.get(decision));
    return this.readDecision(endpoint, answer);
  }

  async decide(worker: string, endpoint: string, decided: CapacityDecision): Promise<void> {
    const { decision, leader } = redisNames.capacity(endpoint);
    const grant = String(Math.floor(decided.state.grant));
    await this.run(DECIDE_SCRIPT, [decision, leader], [worker, grant, JSON.stringify(decided)]);
  }

  private readDecision(endpoint: string, text: unknown): CapacityDecision | undefined {
    if (typeof text !== 'string' || text === '') return undefined;
    const known = this.known.get(endpoint);
    if (known?.text === text) return known.decision;
    const decision = JSON.parse(text.slice(text.indexOf('{'))) as CapacityDecision;
    this.known.set(endpoint, { text, decision });
    return decision;
  }

  private async run(script: string, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    return await within(this.redis, this.timeoutMs, () => this.redis.eval(script, keys.length, ...keys, ...values));
  }
}

function readSettlement(answer: unknown, readDecision: (text: string) => CapacityDecision | undefined): Settlement {
  const [nowMs, lease, isLeader, decision, realtime, bulk] = answer as [
    number,
    number,
    number,
    string,
    string[],
    string[],
  ];
  return {
    nowMs,
    lease: lease < 0 ? undefined : lease,
    isLeader: isLeader === 1,
    decision: readDecision(decision),
    realtime: readPairs(realtime, (text) => JSON.parse(text) as PublishedSignals),
    bulk: readPairs(bulk, (text) => {
      const bar = text.indexOf('|');
      return { inFlight: Number(text.slice(0, bar)), counts: JSON.parse(text.slice(bar + 1)) as BulkCounts };
    }),
  };
}

function readPairs<T>(flat: readonly string[], read: (text: string) => T): Map<string, T> {
  const pairs = new Map<string, T>();
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.set(flat[at] ?? '', read(flat[at + 1] ?? ''));
  return pairs;
}
