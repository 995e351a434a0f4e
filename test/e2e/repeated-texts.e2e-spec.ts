import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { startSystem, type System } from '../setup/processes.js';
import { EMBEDDING_ENDPOINT, EMBEDDING_MODEL, send, sendJson } from './support/clients.js';

const LINES = 3000;
const DISTINCT = 300;
const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

/** None of them has a divisor in common with 300. */
const STEPS = [1, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/** Every 300 lines have each text once, in another order each time. */
const TEXTS = STEPS.flatMap((step) =>
  Array.from({ length: DISTINCT }, (_, line) => `text ${(line * step) % DISTINCT}`),
);

/** Every other text is one that stands somewhere before. */
const GROWING = Array.from({ length: LINES }, (_, line) => {
  const own = line >>> 1;
  return `passage ${line % 2 === 0 ? own : (line * 7919) % (own + 1)}`;
});

interface VectorRow {
  readonly index: number;
  readonly line: number;
  readonly id: number;
  readonly embedding: readonly number[];
  readonly tokens: number;
}

interface Run {
  readonly job: JobObject;
  readonly rows: readonly VectorRow[];
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

  async function upload(texts: readonly string[]): Promise<string> {
    const content = texts.map((text, id) => `${JSON.stringify({ id, text })}\n`).join('');
    const file = await toFile(Buffer.from(content), 'texts.jsonl');
    return (await client.files.create({ file, purpose: 'user_data' })).id;
  }

  /** @param meanwhile what happens once the job was created */
  async function run(
    texts: readonly string[],
    deduplicate: boolean,
    meanwhile: (id: string) => Promise<void> = async () => undefined,
  ) {
    const callsBefore = (await system.witness()).length;
    const request = {
      type: 'embeddings',
      model: EMBEDDING_MODEL,
      input_file_id: await upload(texts),
      dimensions: 16,
      deduplicate,
    };
    const { id } = JSON.parse((await sendJson(system, '/v1/jobs', request)).text) as JobObject;
    await meanwhile(id);
    const job = await ended(id);
    const output = await (await client.files.content(job.output_file_id ?? '')).text();
    const rows = output
      .split('\n')
      .slice(0, -1)
      .map((row) => JSON.parse(row) as VectorRow);
    return { job, rows, inputs: (await system.witness()).slice(callsBefore).flatMap(({ inputs }) => inputs) };
  }

  async function look(id: string, prefer = 'wait=0'): Promise<JobObject> {
    return JSON.parse((await send(system, `/v1/jobs/${id}`, { headers: { prefer } })).text) as JobObject;
  }

  async function untilDone(id: string, lines: number): Promise<void> {
    for (let done = 0; done < lines;) done = (await look(id, 'wait=5')).progress.done;
  }

  async function ended(id: string): Promise<JobObject> {
    const giveUpAt = Date.now() + 120_000;
    for (;;) {
      const job = await look(id, 'wait=20');
      if (ENDED.includes(job.status)) return job;
      if (Date.now() > giveUpAt) throw new Error(`the job does not end: ${JSON.stringify(job)}`);
    }
  }

  it('are embedded once each by two workers, and every line has the row that it would have had', async () => {
    const once = await run(TEXTS, true);
    const each = await run(TEXTS, false);

    expect(once.job).toMatchObject({ status: 'completed', progress: { total: LINES, done: LINES, failed: 0 } });
    expect(each.inputs).toHaveLength(LINES);
    expect(once.inputs).toHaveLength(DISTINCT);
    expect(new Set(once.inputs).size).toBe(DISTINCT);
    expectSameRows(TEXTS, once, each);
  });

  it('are so though a worker is killed and Redis is emptied midway', async () => {
    await system.addFault({ target: EMBEDDING_ENDPOINT, kind: 'slow', delayMs: 1000 });
    const once = await run(GROWING, true, async (id) => {
      await untilDone(id, LINES / 20);
      await system.kill('worker', 'SIGKILL');
      await system.flushRedis();
      expect(await look(id)).toMatchObject({ status: 'in_progress', output_file_id: null });
      await system.clearFaults();
    });
    const each = await run(GROWING, false);
    expect(once.job).toMatchObject({ status: 'completed', progress: { total: LINES, done: LINES, failed: 0 } });
    expectSameRows(GROWING, once, each);
  });
});

/** The rows of both are the same, but that only the first of equal texts has cost tokens. */
function expectSameRows(texts: readonly string[], once: Run, each: Run): void {
  const withoutTokens = ({ rows }: Run) => rows.map(({ index, line, id, embedding }) => [index, line, id, embedding]);
  expect(once.rows).toHaveLength(LINES);
  expect(withoutTokens(once)).toEqual(withoutTokens(each));
  const tokens = each.rows.map((row, line) => (texts.indexOf(texts[line] ?? '') === line ? row.tokens : 0));
  expect(once.rows.map((row) => row.tokens)).toEqual(tokens);
  expect(once.job.usage?.input_tokens).toBe(tokens.reduce((sum, count) => sum + count, 0));
}
