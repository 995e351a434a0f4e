import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import {
  createBatch,
  embeddingLines,
  embeddingRequest,
  finishedBatch,
  pollBatch,
  readRows,
  toLines,
  uploadInput,
  usedTokens,
} from './support/batches.js';
import { impatientClient } from './support/clients.js';

const MODEL = 'slow-embedding/dev';
const ENDPOINT = 'slow-async';
const CATALOG = `
models:
  - id: ${MODEL}
    type: embedding
    target: { kind: sagemaker, endpoint: ${ENDPOINT} }
    transports: [async]
    adapter: openai
    options: { async: { inputPrefix: async, timeoutSeconds: 5, ttlSeconds: 60, outstanding: 500 } }
  - id: narrow/dev
    type: embedding
    target: { kind: sagemaker, endpoint: narrow-async }
    transports: [async]
    adapter: openai
    options: { async: { timeoutSeconds: 5, ttlSeconds: 60, outstanding: 6 } }
  - id: both/dev
    type: embedding
    target: { kind: sagemaker, endpoint: both-realtime }
    transports: [invoke]
    adapter: openai
    bulk: { target: { kind: sagemaker, endpoint: both-async }, minLines: 10, startSeconds: 60 }
`;

describe('Batches on asynchronous endpoints', () => {
  let system: System;
  let folder: string;
  let client: OpenAI;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-async-bulk-'));
    const catalog = join(folder, 'sluice.yaml');
    await writeFile(catalog, CATALOG);
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog, SLUICE_CHUNK_LINES: '40' } });
    client = impatientClient(system);
    await define(ENDPOINT, { model: 'slow-embedding', async: { instances: 1 } });
  });

  afterEach(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function define(name: string, definition: { readonly model: string; readonly async?: object }): Promise<void> {
    const paths = { s3OutputPath: `s3://sluice/results/${name}`, s3FailurePath: `s3://sluice/failures/${name}` };
    const response = await fetch(`${system.controlUrl}/endpoints/${name}`, {
      method: 'PUT',
      body: JSON.stringify({
        engine: 'embedding',
        latencyMs: 20,
        ...definition,
        ...(definition.async === undefined ? {} : { async: { ...paths, shuffled: true, ...definition.async } }),
      }),
    });
    expect(response.status).toBe(200);
  }

  const scaleTo = (instances: number, more: object = {}): Promise<void> =>
    define(ENDPOINT, { model: 'slow-embedding', async: { instances, ...more } });

  async function begin(lines: string): Promise<string> {
    return (await createBatch(client, await uploadInput(client, lines))).id;
  }

  async function logged(text: string, times = 1): Promise<void> {
    const count = async (): Promise<number> => (await system.logs('worker')).split(text).length - 1;
    await expect.poll(count, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(times);
  }

  /** How often each line was asked; the worker's own question where results go is none. */
  async function asked(endpoint = ENDPOINT): Promise<number[]> {
    const counts = new Map<string, number>();
    for (const call of await system.witness()) {
      if (call.endpoint !== endpoint || call.inferenceId?.startsWith('where-') === true) continue;
      for (const input of call.inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
    }
    return [...counts.values()];
  }

  async function expectExact(batchId: string, lines: number): Promise<void> {
    const batch = await finishedBatch(client, batchId, 150_000);
    const rows = await readRows(client, batch.output_file_id);
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: lines, completed: lines, failed: 0 },
    });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: lines }, (_, line) => `line-${line}`));
    expect(batch.usage?.total_tokens).toBe(rows.reduce((sum, row) => sum + usedTokens(row), 0));
  }

  it('finish exactly, with answers that come in any order, each line asked once', async () => {
    const batchId = await begin(embeddingLines(100, MODEL));

    await expectExact(batchId, 100);
    expect(await asked()).toEqual(Array.from({ length: 100 }, () => 1));
  });

  it('wait for an endpoint that is scaled to zero, and show that they do', async () => {
    await scaleTo(0);
    const batchId = await begin(embeddingLines(10, MODEL));
    await logged(`10 calls are outstanding at ${ENDPOINT}, the oldest for`, 3);
    const metrics = await (await fetch(`${system.workerUrl}/metrics`)).text();
    await scaleTo(1);

    await expectExact(batchId, 10);
    expect(metrics).toContain(`sluice_bulk_async_outstanding_calls{endpoint="${ENDPOINT}"} 10`);
    expect(metrics).toMatch(/sluice_bulk_async_oldest_wait_seconds\{endpoint="slow-async"\} \d/);
    expect(await asked()).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it('lose and repeat nothing when the worker is killed between submission and collection', async () => {
    await scaleTo(0);
    const batchId = await begin(embeddingLines(50, MODEL));
    await logged('40 calls are outstanding');
    await logged('10 calls are outstanding');
    await system.kill('worker', 'SIGKILL');
    await scaleTo(1);
    await system.restart('worker');

    await expectExact(batchId, 50);
    expect(await asked()).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it('lose and repeat nothing when the worker is killed between intent and submission', async () => {
    await system.addFault({ target: 's3', operation: 'PutObject', keyPattern: '/async/waves/', kind: 'error' });
    const batchId = await begin(embeddingLines(20, MODEL));
    await logged('a chunk comes again later');
    const before = await asked();
    await system.kill('worker', 'SIGKILL');
    await system.clearFaults();
    await system.restart('worker');

    expect(before).toEqual([]);
    await expectExact(batchId, 20);
    expect(await asked()).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('ask nothing twice when the worker is killed amid its submissions, though nobody wrote down which were made', async () => {
    // What was submitted is written down after 64 calls or at the end: here not at all.
    await system.addFault({ target: 's3', operation: 'PutObject', keyPattern: '/async/receipts/', kind: 'error' });
    const lostReceipts = async (): Promise<number> => {
      const faults = await system.control.faults();
      return faults.reduce((sum, { fired }) => sum + fired, 0);
    };
    await scaleTo(0);
    const batchId = await begin(embeddingLines(10, MODEL));
    await expect.poll(lostReceipts, { timeout: 60_000 }).toBeGreaterThan(0);
    await system.kill('worker', 'SIGKILL');
    await system.clearFaults();
    await scaleTo(1);
    await system.restart('worker');

    await expectExact(batchId, 10);
    expect(await asked()).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it('keep every line when Redis is emptied while calls are outstanding', async () => {
    await scaleTo(0);
    const batchId = await begin(embeddingLines(30, MODEL));
    await logged('30 calls are outstanding');
    await system.flushRedis();
    await scaleTo(1);

    await expectExact(batchId, 30);
    expect(await asked()).toEqual(Array.from({ length: 30 }, () => 1));
  });

  it('have no more calls outstanding than the endpoint may, over all workers', async () => {
    await system.startAnother('worker');
    await define('narrow-async', { model: 'narrow', async: { instances: 0 } });
    const batchId = await begin(embeddingLines(160, 'narrow/dev'));
    const outstanding = async (): Promise<number> => {
      const metrics = await (await fetch(`${system.workerUrl}/metrics`)).text();
      return Number(/sluice_bulk_async_outstanding_calls\{endpoint="narrow-async"\} (\d+)/.exec(metrics)?.[1]);
    };
    await expect.poll(outstanding, { timeout: 60_000 }).toBe(6);
    await logged('calls are outstanding at narrow-async', 8);
    const asleep = await outstanding();
    await define('narrow-async', { model: 'narrow', async: { instances: 1 } });

    expect(asleep).toBe(6);
    await expectExact(batchId, 160);
    expect(await asked('narrow-async')).toEqual(Array.from({ length: 160 }, () => 1));
  });

  it('turn a failure object into the error of its line', async () => {
    const requests = [
      embeddingRequest('good', 'text', MODEL),
      embeddingRequest('too-long', 'word '.repeat(20_000), MODEL),
    ];
    const batch = await finishedBatch(client, await begin(toLines(requests)));
    const errors = await readRows(client, batch.error_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 1, failed: 1 } });
    expect(errors).toMatchObject([{ custom_id: 'too-long', response: { status_code: 400 }, error: null }]);
  });

  it('keep finished lines when they are cancelled midway', async () => {
    await scaleTo(1, { maxConcurrentInvocationsPerInstance: 2 });
    // So many that they are not done before the cancel is there, however late a busy machine sends it.
    const lines = 400;
    const batchId = await begin(embeddingLines(lines, MODEL));
    await pollBatch(client, batchId, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 4);
    await scaleTo(0);
    await client.batches.cancel(batchId);
    const batch = await finishedBatch(client, batchId);
    const { completed = 0, failed = 0 } = batch.request_counts ?? {};
    const errors = await readRows(client, batch.error_file_id);

    expect(batch.status).toBe('cancelled');
    expect([completed >= 4, completed < lines, completed + failed]).toEqual([true, true, lines]);
    expect(await readRows(client, batch.output_file_id)).toHaveLength(completed);
    expect(new Set(errors.map(({ error }) => error?.code))).toEqual(new Set(['batch_cancelled']));
    // What was answered before is kept, also what no look had seen yet.
    expect(await asked()).toEqual(Array.from({ length: completed }, () => 1));
  });

  it('of a model with both ways take the asynchronous one when they are large, and the realtime one when not', async () => {
    await define('both-realtime', { model: 'both' });
    await define('both-async', { model: 'both', async: { instances: 1 } });
    await expectExact(await begin(embeddingLines(5, 'both/dev')), 5);
    const small = await asked('both-async');
    await expectExact(await begin(embeddingLines(20, 'both/dev')), 20);

    expect(small).toEqual([]);
    expect(await asked('both-async')).toHaveLength(20);
    expect(await asked('both-realtime')).toHaveLength(5);
  });
});
