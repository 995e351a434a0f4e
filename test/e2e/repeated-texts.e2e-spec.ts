import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { startSystem, type System } from '../setup/processes.js';
import { EMBEDDING_MODEL, send, sendJson } from './support/clients.js';

const LINES = 3000;
const DISTINCT = 300;
const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

/** None of them has a divisor in common with 300. */
const STEPS = [1, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/** Every 300 lines have each text once, in another order each time. */
const TEXTS = STEPS.flatMap((step) =>
  Array.from({ length: DISTINCT }, (_, line) => `text ${(line * step) % DISTINCT}`),
);

interface VectorRow {
  readonly index: number;
  readonly line: number;
  readonly id: number;
  readonly embedding: readonly number[];
  readonly tokens: number;
}

describe('Texts that repeat all over a job', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_CHUNK_LINES: '40' } });
    await system.startAnother('worker', { SLUICE_CHUNK_LINES: '40' });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterAll(async () => {
    await system?.stop();
  });

  async function run(input_file_id: string, deduplicate: boolean) {
    const callsBefore = (await system.witness()).length;
    const request = { type: 'embeddings', model: EMBEDDING_MODEL, input_file_id, dimensions: 16, deduplicate };
    const { id } = JSON.parse((await sendJson(system, '/v1/jobs', request)).text) as JobObject;
    const job = await ended(id);
    const output = await (await client.files.content(job.output_file_id ?? '')).text();
    const rows = output
      .split('\n')
      .slice(0, -1)
      .map((row) => JSON.parse(row) as VectorRow);
    return { job, rows, inputs: (await system.witness()).slice(callsBefore).flatMap(({ inputs }) => inputs) };
  }

  async function ended(id: string): Promise<JobObject> {
    const giveUpAt = Date.now() + 120_000;
    for (;;) {
      const { text } = await send(system, `/v1/jobs/${id}`, { headers: { prefer: 'wait=20' } });
      const job = JSON.parse(text) as JobObject;
      if (ENDED.includes(job.status)) return job;
      if (Date.now() > giveUpAt) throw new Error(`the job does not end: ${text}`);
    }
  }

  it('are embedded once each by two workers, and every line has the row that it would have had', async () => {
    const content = TEXTS.map((text, id) => `${JSON.stringify({ id, text })}\n`).join('');
    const file = await toFile(Buffer.from(content), 'texts.jsonl');
    const { id } = await client.files.create({ file, purpose: 'user_data' });
    const once = await run(id, true);
    const each = await run(id, false);

    expect(once.job).toMatchObject({ status: 'completed', progress: { total: LINES, done: LINES, failed: 0 } });
    expect(each.inputs).toHaveLength(LINES);
    expect(once.inputs).toHaveLength(DISTINCT);
    expect(new Set(once.inputs).size).toBe(DISTINCT);
    const withoutTokens = (rows: readonly VectorRow[]) =>
      rows.map(({ index, line, id: own, embedding }) => [index, line, own, embedding]);
    expect(once.rows).toHaveLength(LINES);
    expect(withoutTokens(once.rows)).toEqual(withoutTokens(each.rows));
    const firsts = TEXTS.map((text, line) => TEXTS.indexOf(text) === line);
    const tokensOfFirsts = each.rows.map(({ tokens }, line) => (firsts[line] === true ? tokens : 0));
    expect(once.rows.map(({ tokens }) => tokens)).toEqual(tokensOfFirsts);
    expect(once.job.usage?.input_tokens).toBe(tokensOfFirsts.reduce((sum, tokens) => sum + tokens, 0));
  });
});
