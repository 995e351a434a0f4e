import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System, type WitnessRecord } from '../setup/processes.js';
import { createBatch, finishedBatch, readRows, toLines, uploadInput } from './support/batches.js';
import { impatientClient, send } from './support/clients.js';
import { writeCatalog, type TemporaryCatalog } from './support/emd/catalogs.js';

const MODEL = 'shared-chat/dev';
const ENDPOINT = 'shared-chat';
const CALLS = 4;
const ENTRY = {
  id: MODEL,
  type: 'chat',
  target: { kind: 'sagemaker', endpoint: ENDPOINT },
  transports: ['invoke', 'invoke-stream'],
  adapter: 'openai',
  sharing: { budget: CALLS, onYield: 'abort' },
};
/** About a second each; half a minute of them earns what is then given up. */
const SHORT = Array.from({ length: 100 }, (_, line) => request(`short-${line}`, 50));
/** Each takes more than six seconds. */
const LONG = Array.from({ length: CALLS }, (_, line) => request(`long-${line}`, 300));
const BURST = 8;

function request(name: string, tokens: number) {
  const body = { model: MODEL, messages: [{ role: 'user', content: name }], max_tokens: tokens, ignore_eos: true };
  return { custom_id: name, method: 'POST', url: '/v1/chat/completions', body };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function endOf({ time, durationMs }: WitnessRecord): number {
  return Date.parse(time) + (durationMs ?? Infinity);
}

describe('Long generations of bulk on an endpoint with onYield abort', () => {
  const longDigests = new Set(LONG.map(({ custom_id }) => digestOf(custom_id)));
  let system: System;
  let catalog: TemporaryCatalog;
  let client: OpenAI;

  beforeAll(async () => {
    catalog = await writeCatalog([ENTRY]);
    system = await startSystem({ environment: { SLUICE_CATALOG: catalog.path } });
    await system.control.putEndpoint(ENDPOINT, { model: 'shared-chat', engine: 'chat', gpu: 'chat' });
    client = impatientClient(system);
  });

  afterAll(async () => {
    await system?.stop();
    await catalog?.remove();
  });

  function longOnes(calls: readonly WitnessRecord[]): WitnessRecord[] {
    return calls.filter(({ inputs }) => longDigests.has(inputs[0] ?? ''));
  }

  async function realtime(): Promise<void> {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'now' }],
      max_tokens: 5,
      stream: true,
    });
    for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
  }

  it('are given up within the second of a burst, made again after it, and recorded once', async () => {
    const { id } = await createBatch(
      client,
      await uploadInput(client, toLines([...SHORT, ...LONG])),
      '/v1/chat/completions',
    );
    await system.witnessed((calls) => longOnes(calls).length === CALLS, 120_000);
    await Promise.all(Array.from({ length: BURST }, realtime));
    const calls = await system.witnessed(
      (seen) => longOnes(seen).filter(({ outcome }) => outcome === 'aborted').length === CALLS,
    );
    const batch = await finishedBatch(client, id);
    const rows = await readRows(client, batch.output_file_id);
    const { body: job } = await send(system, `/v1/jobs/${id}`);
    const metrics = await (await fetch(`${system.workerUrl}/metrics`)).text();

    const burst = calls.filter(({ inputs }) => inputs[0] === digestOf('now'));
    const firstMs = Math.min(...burst.map(({ time }) => Date.parse(time)));
    const aborted = longOnes(calls).filter(({ outcome }) => outcome === 'aborted');
    const wastedMs = aborted.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
    expect(Math.max(...aborted.map(endOf)) - firstMs).toBeLessThan(1000);
    expect(batch).toMatchObject({
      status: 'completed',
      request_counts: { total: SHORT.length + CALLS, completed: SHORT.length + CALLS, failed: 0 },
    });
    expect(rows.map(({ custom_id }) => custom_id)).toEqual([...SHORT, ...LONG].map(({ custom_id }) => custom_id));
    const ended = longOnes(await system.witness()).filter(({ outcome }) => outcome === 'ok');
    expect(new Set(ended.flatMap(({ inputs }) => inputs))).toEqual(longDigests);
    expect(ended).toHaveLength(CALLS);
    expect(job).toMatchObject({ yielded: { calls: CALLS, seconds: expect.closeTo(wastedMs / 1000, 0) as number } });
    expect(metrics).toContain(`sluice_bulk_wasted_calls_total{cause="yielded"} ${CALLS}\n`);
    expect(metrics).not.toMatch(/^sluice_bulk_retries_total\{.*\} [1-9]/m);
  });
});
