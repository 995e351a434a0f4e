import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { createBatch, embeddingLines, finishedBatch, pollBatch, readRows, uploadInput } from './support/batches.js';
import { EMBEDDING_ENDPOINT } from './support/clients.js';
import { writeTenantKeys, type TenantKeys } from './support/tenant-keys.js';

const LINES = 400;

describe('A key that is taken back', () => {
  let keys: TenantKeys;
  let system: System;

  beforeAll(async () => {
    keys = await writeTenantKeys(['revoked', 'rotated']);
    const settings = { SLUICE_CHUNK_LINES: '20', SLUICE_PACKING: 'off' };
    system = await startSystem({ ...keys, environment: { ...keys.environment, ...settings } });
  });

  afterAll(async () => {
    await system?.stop();
    await keys?.remove();
  });

  const clientWith = (apiKey: string | undefined): OpenAI =>
    new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: apiKey ?? '', maxRetries: 0 });
  const newKeyOf = (output: string): string | undefined => /sk-sluice-[\w-]{32}/.exec(output)?.[0];

  async function beginHalf(client: OpenAI): Promise<string> {
    const { id } = await createBatch(client, await uploadInput(client, embeddingLines(LINES)));
    await pollBatch(client, id, ({ request_counts: counts }) => (counts?.completed ?? 0) >= 20);
    return id;
  }

  it('stops its batches, which say why and keep their finished lines; those of a rotated key go on', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 100 });
    const [stopped, going] = await Promise.all([
      beginHalf(clientWith(keys.keys['revoked'])),
      beginHalf(clientWith(keys.keys['rotated'])),
    ]);
    const other = newKeyOf(await keys.command('create', '--tenant', 'revoked'));
    const successor = newKeyOf(await keys.command('rotate', 'key-rotated'));
    await keys.command('revoke', 'key-revoked');

    const batch = await finishedBatch(clientWith(other), stopped);
    const rows = await readRows(clientWith(other), batch.output_file_id);
    expect(batch).toMatchObject({ status: 'cancelled', errors: { data: [{ code: 'key_revoked' }] } });
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(batch.request_counts).toEqual({ total: LINES, completed: rows.length, failed: LINES - rows.length });

    await system.clearFaults();
    expect(await finishedBatch(clientWith(successor), going)).toMatchObject({
      status: 'completed',
      request_counts: { total: LINES, completed: LINES, failed: 0 },
    });
  });
});
