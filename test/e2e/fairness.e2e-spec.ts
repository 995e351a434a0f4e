import { hash } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System, type WitnessRecord } from '../setup/processes.js';
import { createBatch, embeddingRequest, finishedBatch, pollBatch, toLines, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT } from './support/clients.js';
import { writeTenantKeys, type TenantKeys } from './support/tenant-keys.js';

const MANY = 100_000;
const FEW = 50;
const CALL_MS = 100;
/** What the catalog gives bulk on an endpoint unless it says otherwise. */
const CONCURRENCY = 8;

describe('One tenant among others', () => {
  let keys: TenantKeys;
  let system: System;
  const clients = new Map<string, OpenAI>();

  beforeAll(async () => {
    keys = await writeTenantKeys(['large', 'small']);
    system = await startSystem(keys);
    for (const [tenant, apiKey] of Object.entries(keys.keys))
      clients.set(tenant, new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey, maxRetries: 2 }));
  });

  afterAll(async () => {
    await system?.stop();
    await keys?.remove();
  });

  async function submit(tenant: string, name: string, count: number): Promise<string> {
    const requests = Array.from({ length: count }, (_, line) => embeddingRequest(`${line}`, textOf(name, line)));
    const client = clientOf(tenant);
    return (await createBatch(client, await uploadInput(client, toLines(requests)))).id;
  }

  function clientOf(tenant: string): OpenAI {
    const client = clients.get(tenant);
    if (client === undefined) throw new Error(`there is no tenant ${tenant}`);
    return client;
  }

  it('a tenant with 50 lines takes turns, call by call, with one that has 100,000', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: CALL_MS });
    const large = await submit('large', 'large', MANY);
    await pollBatch(clientOf('large'), large, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 100);
    const small = await submit('small', 'small', FEW);
    const batch = await finishedBatch(clientOf('small'), small);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: FEW, completed: FEW } });
    expect(await othersBetween(system, 'small', FEW)).toBeLessThanOrEqual(FEW + 2 * CONCURRENCY);
    const { status } = await clientOf('large').batches.retrieve(large);
    expect(status).toBe('in_progress');
    await clientOf('large').batches.cancel(large);
  });
});

function textOf(name: string, line: number): string {
  return `${name} passage ${line}`;
}

/** Calls of others that began between the first and the last call of a job. */
async function othersBetween(system: System, name: string, count: number): Promise<number> {
  const digests = new Set(Array.from({ length: count }, (_, line) => hash('sha256', textOf(name, line))));
  const isOwn = ({ inputs }: WitnessRecord): boolean => inputs.some((input) => digests.has(input));
  const calls = await system.witness();
  const own = calls.filter(isOwn);
  expect(own).toHaveLength(count);
  const [first = 0, last = 0] = [own[0]?.sequence, own.at(-1)?.sequence];
  return calls.filter((call) => call.sequence > first && call.sequence < last && !isOwn(call)).length;
}
