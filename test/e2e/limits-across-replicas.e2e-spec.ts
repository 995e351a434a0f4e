import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDING_MODEL } from './support/clients.js';
import { startReplicas, type Replicas } from './support/replicas.js';

const EVEN = 'sk-even-0123456789abcdef';
const UNEVEN = 'sk-uneven-0123456789abcdef';
const HANG = 'sk-hang-0123456789abcdef';
const OUTAGE = 'sk-outage-0123456789abcdef';
const PER_MINUTE = 60;
const POLL_MS = 100;

describe('One limit over two processes of the api', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    const keys = [EVEN, UNEVEN, HANG, OUTAGE].map((key) => ({ key, limits: { requestsPerMinute: PER_MINUTE } }));
    replicas = await startReplicas(2, { keys });
    for (const url of replicas.urls) await until(url, /^sluice_limits_replicas 2$/m);
  });
  afterAll(async () => {
    await replicas?.stop();
  });

  const ask = async (url: string | undefined, key: string): Promise<number> => {
    const response = await fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: EMBEDDING_MODEL, input: 'hello' }),
    });
    await response.arrayBuffer();
    if (response.status === 429) {
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(response.headers.get('x-ratelimit-limit-requests')).toBe(String(PER_MINUTE));
    } else expect(response.status).toBe(200);
    return response.status;
  };
  /** Calls until so many have been let in, or so much time is over, by as many as there are addresses at a time. */
  const countAccepted = async (
    urls: readonly (string | undefined)[],
    key: string,
    end: { readonly calls: number; readonly withinMs: number },
  ): Promise<number> => {
    const giveUpAt = Date.now() + end.withinMs;
    let accepted = 0;
    while (accepted < end.calls && Date.now() < giveUpAt) {
      const statuses = await Promise.all(urls.map((url) => ask(url, key)));
      accepted += statuses.filter((status) => status === 200).length;
      await delay(20);
    }
    return accepted;
  };

  it('holds 60 requests a minute together when both are asked alike', async () => {
    const accepted = await countAccepted(replicas.urls, EVEN, { calls: 1000, withinMs: 5000 });
    expect(accepted).toBeGreaterThanOrEqual(54);
    expect(accepted).toBeLessThanOrEqual(66);
  });

  it('lets one of them use nearly all of it, and then nobody more', async () => {
    const [first, second] = replicas.urls;
    const alone = await countAccepted([first], UNEVEN, { calls: 1000, withinMs: 5000 });
    expect(alone).toBeGreaterThanOrEqual(50);
    const rest = await countAccepted([second], UNEVEN, { calls: 1000, withinMs: 3000 });
    expect(alone + rest).toBeGreaterThanOrEqual(54);
    expect(alone + rest).toBeLessThanOrEqual(66);
  });

  it('holds it too while Redis hangs, and shares again once it has come to itself', async () => {
    const before = await countAccepted(replicas.urls, HANG, { calls: 30, withinMs: 10_000 });
    replicas.hangRedis();
    const during = await countAccepted(replicas.urls, HANG, { calls: 1000, withinMs: 6000 });
    for (const url of replicas.urls) await until(url, /^sluice_limits_degraded 1$/m);
    replicas.wakeRedis();
    expect(before + during).toBeGreaterThanOrEqual(54);
    expect(before + during).toBeLessThanOrEqual(66);
    for (const url of replicas.urls) await until(url, /^sluice_limits_degraded 0$/m);
  });

  it('holds it too when Redis is killed midway, says so, and shares again once Redis is back', async () => {
    const before = await countAccepted(replicas.urls, OUTAGE, { calls: 30, withinMs: 10_000 });
    await replicas.killRedis();
    const after = await countAccepted(replicas.urls, OUTAGE, { calls: 1000, withinMs: 6000 });
    expect(before + after).toBeGreaterThanOrEqual(54);
    expect(before + after).toBeLessThanOrEqual(66);
    for (const url of replicas.urls) await until(url, /^sluice_limits_degraded 1$/m);

    await replicas.startRedis();
    for (const url of replicas.urls) {
      await until(url, /^sluice_limits_degraded 0$/m);
      await until(url, /^sluice_limits_replicas 2$/m);
    }
    // The new Redis knows nothing by itself; it has been told again, with the error that docs/keys-and-limits.md states.
    expect(await countAccepted(replicas.urls, OUTAGE, { calls: 30, withinMs: 4000 })).toBeLessThanOrEqual(12);
  });
});

async function until(url: string, pattern: RegExp, timeoutMs = 15_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (pattern.test(text)) return;
    if (Date.now() > giveUpAt) throw new Error(`${url}/metrics never matched ${pattern}`);
    await delay(POLL_MS);
  }
}
