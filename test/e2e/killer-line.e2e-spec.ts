import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import {
  createBatch,
  embeddingRequest,
  finishedBatch,
  pollBatch,
  readRows,
  toLines,
  uploadInput,
} from './support/batches.js';
import { EMBEDDING_ENDPOINT, impatientClient } from './support/clients.js';

const KILLER = 'the line that kills';
const KILLER_DIGEST = createHash('sha256').update(KILLER).digest('hex');
const NEIGHBOURS = ['first', 'second', 'third', 'fourth'];

describe('What breaks, and what it costs', () => {
  let system: System;

  beforeEach(async () => {
    system = await startSystem();
  });

  afterEach(async () => {
    await system?.stop();
  });

  it('a line that kills workers is isolated after three deaths and fails alone', async () => {
    const client = impatientClient(system);
    const requests = [...NEIGHBOURS.map((text) => embeddingRequest(text, text)), embeddingRequest('killer', KILLER)];
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 200 });
    const { id } = await createBatch(client, await uploadInput(client, toLines(requests)));
    for (let seen = 0; seen < 5; seen++) {
      const killerCalls = (calls: readonly { readonly inputs: readonly string[] }[]): number =>
        calls.filter(({ inputs }) => inputs.includes(KILLER_DIGEST)).length;
      await system.witnessed((calls) => killerCalls(calls) > seen, 60_000);
      await system.kill('worker', 'SIGKILL');
      await system.restart('worker');
    }
    const batch = await finishedBatch(client, id);
    const rows = await readRows(client, batch.output_file_id);
    const errors = await readRows(client, batch.error_file_id);

    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 5, completed: 4, failed: 1 } });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual(NEIGHBOURS);
    expect(errors).toMatchObject([{ custom_id: 'killer', response: null, error: { code: 'worker_crashed' } }]);
    await expect(pollBatch(client, id, ({ status }) => status === 'completed', 5000)).resolves.toBeDefined();
  });
});
