import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System, type WitnessRecord } from '../setup/processes.js';
import { createBatch, embeddingLines, finishedBatch, pollBatch, readRows, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT, impatientClient } from './support/clients.js';

const LINES = 4000;
/** Calls that the catalog lets each worker have in flight there. */
const CONCURRENCY = 32;

describe('A worker that is told to stop', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    // Chunks long enough to be under way, and checkpoints too rare to save anything by chance.
    const environment = { SLUICE_CHUNK_LINES: '500', SLUICE_CHECKPOINT_MS: '60000', SLUICE_PACKING: 'off' };
    system = await startSystem({ environment });
    client = impatientClient(system);
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('hands its chunks back with every finished line, and another worker goes on with them', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 300 });
    const { id } = await createBatch(client, await uploadInput(client, embeddingLines(LINES)));
    await pollBatch(client, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= LINES / 20);
    // Only now, so that it is the first one that has chunks under way.
    await system.startAnother('worker');
    await system.kill('worker', 'SIGTERM');
    const stoppedAt = (await system.witness()).length;
    await system.witnessed((calls) => calls.length > stoppedAt + CONCURRENCY);
    await system.clearFaults();
    const batch = await finishedBatch(client, id);
    const rows = await readRows(client, batch.output_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: LINES, completed: LINES, failed: 0 } });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: LINES }, (_, line) => `line-${line}`));
    const repeated = repeatedInputs(await system.witness());
    expect(repeated.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(stoppedAt).toBeLessThan(LINES);
  });
});

function repeatedInputs(calls: readonly WitnessRecord[]): string[] {
  const seen = new Set<string>();
  return calls.flatMap(({ inputs }) => inputs).filter((input) => seen.has(input) || !seen.add(input));
}
