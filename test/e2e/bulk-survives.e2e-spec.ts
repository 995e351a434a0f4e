import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import {
  createBatch,
  embeddingLines,
  finishedBatch,
  pollBatch,
  readRows,
  uploadInput,
  usedTokens,
} from './support/batches.js';
import { EMBEDDING_ENDPOINT } from './support/clients.js';

const LINES = 10_000;

describe('An accepted job is never lost and never counted twice', () => {
  let system: System;
  let client: OpenAI;

  beforeEach(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '250' } });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 5 });
  });

  afterEach(async () => {
    await system?.stop();
  });

  async function begin(): Promise<string> {
    // Lines share calls, which would be over before anything can be done to them.
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 100 });
    const input = await uploadInput(client, embeddingLines(LINES));
    return (await createBatch(client, input)).id;
  }

  async function halfWay(batchId: string): Promise<void> {
    const batch = await pollBatch(
      client,
      batchId,
      ({ request_counts: counts }) => (counts?.completed ?? 0) >= LINES / 5,
    );
    expect(batch.request_counts?.completed).toBeLessThan(LINES);
  }

  async function expectExact(batchId: string): Promise<void> {
    const batch = await finishedBatch(client, batchId, 150_000);
    const rows = await readRows(client, batch.output_file_id);
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: LINES, completed: LINES, failed: 0 },
      error_file_id: null,
    });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: LINES }, (_, line) => `line-${line}`));
    const tokens = rows.reduce((sum, row) => sum + usedTokens(row), 0);
    expect(batch.usage?.total_tokens).toBe(tokens);
  }

  it('finishes 10,000 lines exactly when the worker is killed midway and started again', async () => {
    const batchId = await begin();
    await halfWay(batchId);
    await system.kill('worker', 'SIGKILL');
    await system.restart('worker');

    await expectExact(batchId);
  });

  it('finishes 10,000 lines exactly when Redis is emptied midway', async () => {
    const batchId = await begin();
    await halfWay(batchId);
    await system.flushRedis();

    await expectExact(batchId);
  });

  it('finishes 10,000 lines exactly when the api is killed right after the 200', async () => {
    const batchId = await begin();
    await system.kill('api', 'SIGKILL');
    await system.restart('api');

    await expectExact(batchId);
  });

  it('finishes 10,000 lines exactly when the answer of every S3 write is lost once', async () => {
    const fault = { target: 's3', operation: undefined, kind: 'answer-lost', oncePerKey: true };
    for (const operation of [
      'PutObject',
      'CompleteMultipartUpload',
      'UploadPart',
      'UploadPartCopy',
      'CreateMultipartUpload',
    ]) {
      await system.addFault({ ...fault, operation });
    }
    const batchId = await begin();

    await expectExact(batchId);
  });
});
