import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { createBatch, embeddingLines, finishedBatch, pollBatch, readRows, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT, impatientClient } from './support/clients.js';

const LINES = 1000;

describe('One machine or fifty', () => {
  let system: System;
  let here: OpenAI;
  let there: OpenAI;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '20' } });
    here = impatientClient(system);
    const [origin] = await Promise.all([system.startAnother('api'), system.startAnother('worker')]);
    there = new OpenAI({ baseURL: `${origin}/v1`, apiKey: system.apiKey, maxRetries: 0 });
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('a file and a batch made on one api are seen, read and cancelled on another', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 50 });
    const input = await uploadInput(here, embeddingLines(LINES));
    const created = await createBatch(there, input);
    const listed = await here.batches.list({ limit: 1 });
    const cancelled = await here.batches.cancel(created.id);
    await system.clearFaults();
    const ended = await finishedBatch(there, created.id);

    expect((await there.files.retrieve(input)).id).toBe(input);
    expect(listed.data[0]?.id).toBe(created.id);
    expect(cancelled.status).toBe('cancelling');
    expect(ended.status).toBe('cancelled');
  });

  it('two workers share a batch; when one is killed the other finishes it, each line once', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 300 });
    const { id } = await createBatch(there, await uploadInput(here, embeddingLines(LINES)));
    const shared = await pollBatch(here, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= LINES / 5);
    expect(shared.request_counts?.completed).toBeLessThan(LINES);
    await system.kill('worker', 'SIGKILL');
    await system.clearFaults();
    const batch = await finishedBatch(here, id);
    const rows = await readRows(here, batch.output_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: LINES, completed: LINES, failed: 0 } });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: LINES }, (_, line) => `line-${line}`));
  });
});
