import { hash } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System, type WitnessRecord } from '../setup/processes.js';
import { embeddingRequest, finishedBatch, pollBatch, toLines, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT } from './support/clients.js';
import { writeTenantKeys, type TenantKeys } from './support/tenant-keys.js';

const MANY = 100_000;
const FEW = 50;
/** As many as a window has chunks of. */
const WINDOW_LINES = 16 * 500;
const CALL_MS = 100;
/** Calls that the catalog lets bulk have in flight there. */
const CONCURRENCY = 32;

describe('One tenant among others', () => {
  let keys: TenantKeys;
  let system: System;
  const clients = new Map<string, OpenAI>();

  beforeAll(async () => {
    keys = await writeTenantKeys(['large', 'small']);
    // A call a line, so that calls can be counted.
    system = await startSystem({ ...keys, environment: { ...keys.environment, SLUICE_PACKING: 'off' } });
    for (const [tenant, apiKey] of Object.entries(keys.keys))
      clients.set(tenant, new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey, maxRetries: 2 }));
  });

  afterAll(async () => {
    await system?.stop();
    await keys?.remove();
  });

  async function submit(tenant: string, name: string, count: number, window = '24h'): Promise<string> {
    const requests = Array.from({ length: count }, (_, line) => embeddingRequest(`${line}`, textOf(name, line)));
    const client = clientOf(tenant);
    const inputFileId = await uploadInput(client, toLines(requests));
    // The SDK knows of one window only.
    const completionWindow = window as '24h';
    const batch = await client.batches.create({
      input_file_id: inputFileId,
      endpoint: '/v1/embeddings',
      completion_window: completionWindow,
    });
    return batch.id;
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
    await pollBatch(clientOf('small'), small, ({ in_progress_at: since }) => since != null);
    const dispatchedFrom = (await system.witness()).at(-1)?.sequence ?? 0;
    const batch = await finishedBatch(clientOf('small'), small);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: FEW, completed: FEW } });
    const { waiting, between } = await othersCalls(system, dispatchedFrom, 'small', FEW);
    expect(between).toBeLessThanOrEqual(FEW + 2 * CONCURRENCY);
    // Its chunk waits for no chunk of the other: it has its first call within two seconds and one call of the other.
    expect(waiting).toBeLessThanOrEqual(CONCURRENCY + (2000 / CALL_MS) * CONCURRENCY);
    const { status } = await clientOf('large').batches.retrieve(large);
    expect(status).toBe('in_progress');
    await clientOf('large').batches.cancel(large);
    await finishedBatch(clientOf('large'), large);
  });

  it('a job due in an hour goes before one of the same tenant that is due tomorrow', async () => {
    const client = clientOf('small');
    const late = await submit('small', 'late', MANY / 10);
    await pollBatch(client, late, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 100);
    const urgent = await submit('small', 'urgent', FEW, '1h');
    await pollBatch(client, urgent, ({ in_progress_at: since }) => since != null);
    const dispatchedFrom = (await system.witness()).at(-1)?.sequence ?? 0;
    await finishedBatch(client, urgent);

    const { waiting, between } = await othersCalls(system, dispatchedFrom, 'urgent', FEW);
    expect(between).toBeLessThanOrEqual(2 * CONCURRENCY);
    expect(waiting).toBeLessThanOrEqual(CONCURRENCY + (2000 / CALL_MS) * CONCURRENCY);
    await client.batches.cancel(late);
    await finishedBatch(client, late);
  });

  it('a worker that comes later gets chunks which another one has taken and not begun', async () => {
    const client = clientOf('large');
    await system.clearFaults();
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 4 * CALL_MS });
    // All chunks of the job are in the window from the start, so none that is added later could reach the newcomer.
    const id = await submit('large', 'shared', WINDOW_LINES);
    await pollBatch(client, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 50);
    const newcomer = await system.startAnother('worker');
    const callsThere = async (): Promise<boolean> => {
      const metrics = await (await fetch(`${newcomer}/metrics`)).text();
      return /^sluice_upstream_call_seconds_count\{.*\} [1-9]/m.test(metrics);
    };
    await expect.poll(callsThere, { timeout: 60_000, interval: 100 }).toBe(true);
    expect((await client.batches.retrieve(id)).status).toBe('in_progress');
    await client.batches.cancel(id);
  });
});

function textOf(name: string, line: number): string {
  return `${name} passage ${line}`;
}

/** Calls of others that began before the first call of a job, and between its first and its last. */
async function othersCalls(
  system: System,
  since: number,
  name: string,
  count: number,
): Promise<{ readonly waiting: number; readonly between: number }> {
  const digests = new Set(Array.from({ length: count }, (_, line) => hash('sha256', textOf(name, line))));
  const isOwn = ({ inputs }: WitnessRecord): boolean => inputs.some((input) => digests.has(input));
  const calls = await system.witness();
  const own = calls.filter(isOwn);
  expect(own).toHaveLength(count);
  const [first = 0, last = 0] = [own[0]?.sequence, own.at(-1)?.sequence];
  const others = calls.filter((call) => call.sequence > since && !isOwn(call));
  return {
    waiting: others.filter(({ sequence }) => sequence < first).length,
    between: others.filter(({ sequence }) => sequence > first && sequence < last).length,
  };
}
