import OpenAI from 'openai';
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
} from './support/batches.js';
import { askEverything, EMBEDDING_ENDPOINT, impatientClient, sendJson, EMBEDDING_MODEL } from './support/clients.js';

/** Waits until the worker has met a failure of the endpoint and tries again. */
async function retriedInBulk(system: System, cause: string): Promise<void> {
  const counted = new RegExp(`^sluice_bulk_retries_total\\{cause="${cause}"\\} [1-9]`, 'm');
  await expect
    .poll(async () => await (await fetch(`${system.workerUrl}/metrics`)).text(), { timeout: 30_000 })
    .toMatch(counted);
}

describe('What breaks, and what it costs', () => {
  let system: System;
  let client: OpenAI;

  beforeEach(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '20' } });
    client = impatientClient(system);
  });

  afterEach(async () => {
    await system?.stop();
  });

  const begin = async (lines: number): Promise<string> =>
    (await createBatch(client, await uploadInput(client, embeddingLines(lines)))).id;
  const expectDone = async (batchId: string, total: number): Promise<void> => {
    const batch = await finishedBatch(client, batchId);
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total, completed: total, failed: 0 } });
    expect((await readRows(client, batch.output_file_id)).map(({ custom_id }) => custom_id)).toEqual(
      Array.from({ length: total }, (_, line) => `line-${line}`),
    );
  };

  it('Redis down: realtime serves; bulk accepts jobs and runs them when Redis is back', async () => {
    await system.kill('redis', 'SIGKILL');
    const batchId = await begin(50);
    await askEverything(system);
    expect((await client.batches.retrieve(batchId)).status).toBe('validating');
    await system.restart('redis');

    await expectDone(batchId, 50);
  });

  it('Redis emptied: the sweeper re-queues; no line is lost or done twice in the record', async () => {
    const batchId = await begin(400);
    await pollBatch(client, batchId, ({ status }) => status === 'in_progress');
    await system.flushRedis();

    await expectDone(batchId, 400);
  });

  it('S3 down: realtime serves, create answers 503 and nothing is acknowledged; running chunks go on afterwards', async () => {
    const input = await uploadInput(client, embeddingLines(20));
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 300 });
    const running = await begin(400);
    const seen = await pollBatch(client, running, ({ request_counts: counts }) => (counts?.completed ?? 0) > 0);
    expect(seen.request_counts?.completed).toBeLessThan(400);
    await system.addFault({ target: 's3', kind: 'error', status: 503 });
    await askEverything(system);
    await expect(createBatch(client, input)).rejects.toMatchObject({ status: 503 });
    await expect(uploadInput(client, 'x')).rejects.toMatchObject({ status: 503 });
    await system.clearFaults();
    const listed = await client.batches.list();

    expect(listed.data.map(({ id }) => id)).toEqual([running]);
    await expectDone(running, 400);
  });

  it('Redis refuses writes (disk full): bulk accepts and runs when writes work again', async ({ skip }) => {
    skip(!(await system.refuseRedisWrites()), 'the Redis stand-in knows no full disk');
    const batchId = await begin(50);
    await askEverything(system);
    await system.allowRedisWrites();

    await expectDone(batchId, 50);
  });

  it('Redis hung: create and poll still answer; the job runs when Redis answers again', async () => {
    await system.kill('redis', 'SIGSTOP');
    const batchId = await begin(50);
    expect((await client.batches.retrieve(batchId)).id).toBe(batchId);
    await system.kill('redis', 'SIGCONT');

    await expectDone(batchId, 50);
  });

  it('AWS credentials expire or the endpoint is gone: realtime answers 503; bulk waits and goes on', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'expired-token' });
    const answer = await sendJson(system, '/v1/embeddings', { model: EMBEDDING_MODEL, input: 'x' });
    const batchId = await begin(40);
    await retriedInBulk(system, 'upstream_misconfigured');
    const waiting = await client.batches.retrieve(batchId);
    await system.clearFaults();

    expect(answer.status).toBe(503);
    expect(waiting).toMatchObject({ status: 'in_progress', request_counts: { completed: 0, failed: 0 } });
    await expectDone(batchId, 40);
  });

  it('the endpoint throttles, loads or has scaled to zero: realtime gets 429 or 503 with Retry-After; bulk waits and resumes by itself', async () => {
    for (const [kind, status, cause] of [
      ['throttle', 429, 'upstream_throttled'],
      ['no-capacity', 503, 'upstream_unavailable'],
    ] as const) {
      await system.addFault({ target: EMBEDDING_ENDPOINT, kind });
      const answer = await sendJson(system, '/v1/embeddings', { model: EMBEDDING_MODEL, input: 'x' });
      const batchId = await begin(40);
      await retriedInBulk(system, cause);
      await system.clearFaults();

      expect(answer.status).toBe(status);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await expectDone(batchId, 40);
    }
  });

  it('the container answers garbage: that line fails with its reason, and what comes behind it passes', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'garbage', times: 3 });
    const failed = await finishedBatch(client, await begin(1));
    const errors = await readRows(client, failed.error_file_id);

    expect(failed).toMatchObject({ status: 'completed', request_counts: { total: 1, completed: 0, failed: 1 } });
    expect(errors).toMatchObject([{ response: { status_code: 502, body: { error: { code: 'upstream_garbage' } } } }]);
    await expectDone(await begin(20), 20);
  });

  it('a line that the container fails on: that line fails with its reason, its neighbours pass', async () => {
    const bad = { ...embeddingRequest('bad', 'x'), body: { model: EMBEDDING_MODEL, input: '' } };
    const input = await uploadInput(
      client,
      toLines([embeddingRequest('before', 'a'), bad, embeddingRequest('after', 'b')]),
    );
    const batch = await finishedBatch(client, (await createBatch(client, input)).id);
    const rows = await readRows(client, batch.output_file_id);
    const errors = await readRows(client, batch.error_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 3, completed: 2, failed: 1 } });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(['before', 'after']);
    expect(errors).toMatchObject([{ custom_id: 'bad', response: { status_code: 400 } }]);
  });

  it('cancel keeps what is finished and ends every other line as cancelled', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 300 });
    const batchId = await begin(2000);
    await pollBatch(client, batchId, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 40);
    const cancelling = await client.batches.cancel(batchId);
    const again = await client.batches.cancel(batchId).catch((error: unknown) => error);
    const batch = await finishedBatch(client, batchId);
    const rows = await readRows(client, batch.output_file_id);
    const errors = await readRows(client, batch.error_file_id);
    const afterwards = client.batches.cancel(batchId);

    expect(cancelling.status).toBe('cancelling');
    expect(again).not.toBeInstanceOf(OpenAI.InternalServerError);
    expect(batch.status).toBe('cancelled');
    expect(batch.request_counts).toEqual({ total: 2000, completed: rows.length, failed: errors.length });
    expect(rows.length).toBeGreaterThanOrEqual(40);
    expect(rows.length + errors.length).toBe(2000);
    expect(errors.every(({ error }) => error?.code === 'batch_cancelled')).toBe(true);
    await expect(afterwards).rejects.toMatchObject({ status: 400 });
  });
});
