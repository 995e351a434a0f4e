import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { embeddingRequest, finishedBatch, pollBatch, toLines, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT, send } from './support/clients.js';

const ROWS = 60_000;
const WAIT = { timeout: 60_000, interval: 50 };

interface Capacity {
  readonly endpoint: string;
  readonly phase: string | null;
  readonly granted: number;
  readonly bulk: number;
  readonly realtime: number;
  readonly baseline_ms: number | null;
}

describe('Realtime and bulk on one endpoint', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem({
      environment: { LOCAL_AWS_GPU: `${EMBEDDING_ENDPOINT}=embedding`, SLUICE_PACKING: 'off' },
    });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 2 });
  });

  afterAll(async () => {
    await system?.stop();
  });

  async function capacity(): Promise<Capacity | undefined> {
    const { text } = await send(system, '/v1/capacity');
    const { data } = JSON.parse(text) as { readonly data: readonly Capacity[] };
    return data.find(({ endpoint }) => endpoint === EMBEDDING_ENDPOINT);
  }

  /** Calls one after the other at each of some places, until it is told to stop. */
  function burst(places: number): () => Promise<void> {
    let isOver = false;
    const calling = Array.from({ length: places }, async () => {
      while (!isOver) await client.embeddings.create({ model: 'bge-m3/dev', input: 'a question' });
    });
    return async () => {
      isOver = true;
      await Promise.all(calling);
    };
  }

  it('bulk fills the endpoint, stands aside for a burst, and comes back', async () => {
    const requests = Array.from({ length: ROWS }, (_, line) => embeddingRequest(`${line}`, `passage ${line}`));
    const inputFileId = await uploadInput(client, toLines(requests));
    const batch = await client.batches.create({
      input_file_id: inputFileId,
      endpoint: '/v1/embeddings',
      completion_window: '24h',
    });
    await pollBatch(client, batch.id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 100);
    await expect.poll(capacity, WAIT).toMatchObject({ phase: 'alone', granted: 32, realtime: 0 });

    const end = burst(2);
    await expect.poll(capacity, WAIT).toMatchObject({ phase: 'dense', granted: 0, bulk: 0 });
    await end();

    // It has heard in the meantime how fast realtime is alone, or stands aside until it has.
    await expect.poll(async () => (await capacity())?.bulk, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
    const metrics = await (await fetch(`${system.workerUrl}/metrics`)).text();
    expect(metrics).toContain(`sluice_capacity_budget_calls{endpoint="${EMBEDDING_ENDPOINT}"} 32`);
    expect(metrics).toMatch(/sluice_capacity_leased_calls\{endpoint="[^"]+"\} [1-9]/);
    await client.batches.cancel(batch.id);
    await finishedBatch(client, batch.id);
  });

  it('a Redis that is emptied costs neither side anything but a moment', async () => {
    const requests = Array.from({ length: 300 }, (_, line) => embeddingRequest(`again-${line}`, `other ${line}`));
    const inputFileId = await uploadInput(client, toLines(requests));
    const batch = await client.batches.create({
      input_file_id: inputFileId,
      endpoint: '/v1/embeddings',
      completion_window: '24h',
    });
    await pollBatch(client, batch.id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 1);
    await system.flushRedis();
    await client.embeddings.create({ model: 'bge-m3/dev', input: 'a question' });
    expect(await finishedBatch(client, batch.id)).toMatchObject({
      status: 'completed',
      request_counts: { completed: 300 },
    });
  });
});
