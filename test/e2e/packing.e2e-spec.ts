import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import {
  createBatch,
  embeddingLines,
  embeddingRequest,
  finishedBatch,
  readRows,
  toLines,
  uploadInput,
  usedTokens,
  type OutputRow,
} from './support/batches.js';

const LINES = 10_000;
/** As estimated they are half of what they are, so that they share a call with others; the engine takes 8,192. */
const TOO_LONG = 'a '.repeat(8300);

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every third line wants floats, every seventh has two inputs. */
function mixedLines(): string {
  return toLines(
    Array.from({ length: LINES }, (_, line) => {
      const text = `passage number ${line}`;
      const input = line % 7 === 0 ? [text, `${text}, once more`] : text;
      const format = line % 3 === 0 ? 'float' : 'base64';
      const body = { model: 'bge-m3/dev', input, encoding_format: format, dimensions: 64 };
      return { custom_id: `line-${line}`, method: 'POST', url: '/v1/embeddings', body };
    }),
  );
}

interface EmbeddingRow {
  readonly index: number;
  readonly embedding: readonly number[] | string;
}

/** The embeddings of a row: base64 as it came, floats as the 32 bits that each stands for. */
function vectorsOf({ response }: OutputRow): readonly (readonly [number, string])[] {
  if (response === null) throw new Error('a row has no response');
  return (response.body['data'] as EmbeddingRow[]).map(({ index, embedding }) => [
    index,
    typeof embedding === 'string'
      ? embedding
      : `floats ${Buffer.from(Float32Array.from(embedding).buffer).toString('base64')}`,
  ]);
}

describe('Embedding lines that share calls', () => {
  const systems: System[] = [];

  afterEach(async () => {
    await Promise.all(systems.splice(0).map((system) => system.stop()));
  });

  async function start(environment: Readonly<Record<string, string>> = {}) {
    const system = await startSystem({ environment });
    systems.push(system);
    return { system, client: new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey, maxRetries: 5 }) };
  }

  async function run({ system, client }: Awaited<ReturnType<typeof start>>, lines: string) {
    const callsBefore = (await system.witness()).length;
    const { id } = await createBatch(client, await uploadInput(client, lines));
    const batch = await finishedBatch(client, id, 240_000);
    return {
      batch,
      rows: await readRows(client, batch.output_file_id),
      errors: await readRows(client, batch.error_file_id),
      calls: (await system.witness()).slice(callsBefore).map(({ inputs }) => inputs),
    };
  }

  it('are 10,000 embedded in few calls, each input once, with the very results of a call a line', async () => {
    const packed = await run(await start(), mixedLines());
    const alone = await run(await start({ SLUICE_PACKING: 'off' }), mixedLines());

    expect(packed.batch).toMatchObject({ status: 'completed', request_counts: { completed: LINES, failed: 0 } });
    expect(alone.calls).toHaveLength(LINES);
    expect(packed.calls.length).toBeLessThan(LINES / 50);
    expect(packed.calls.flat().toSorted()).toEqual(alone.calls.flat().toSorted());
    expect(new Set(packed.calls.flat()).size).toBe(packed.calls.flat().length);
    expect(packed.rows.map(({ custom_id }) => custom_id)).toEqual(alone.rows.map(({ custom_id }) => custom_id));
    expect(packed.rows.map(vectorsOf)).toEqual(alone.rows.map(vectorsOf));
    expect(packed.batch.usage).toEqual(alone.batch.usage);
    expect(packed.rows.reduce((sum, row) => sum + usedTokens(row), 0)).toBe(alone.batch.usage?.total_tokens);
  });

  it('fail alone where the model refuses one of them', async () => {
    const running = await start();
    // Only after a while is it known that the endpoint takes calls as large as the one that is to fail.
    await run(running, embeddingLines(3000));
    const requests = Array.from({ length: 300 }, (_, line) =>
      embeddingRequest(`line-${line}`, line === 123 ? TOO_LONG : `text ${line}`),
    );
    const { batch, rows, errors, calls } = await run(running, toLines(requests));
    const metrics = await (await fetch(`${running.system.workerUrl}/metrics`)).text();

    expect(batch.request_counts).toEqual({ total: 300, completed: 299, failed: 1 });
    expect(errors).toMatchObject([{ custom_id: 'line-123', response: { status_code: 400 } }]);
    expect(rows).toHaveLength(299);
    const refused = calls.filter((inputs) => inputs.includes(digestOf(TOO_LONG)));
    expect(refused[0]?.length).toBeGreaterThan(100);
    expect(refused.at(-1)).toHaveLength(1);
    // Two halves on each of nine levels, beside the calls that there would have been anyway.
    expect(calls.length).toBeLessThan(2 * 9 + 10);
    expect(metrics).toMatch(/^sluice_bulk_wasted_inputs_total\{cause="[a-z_]+"\} [1-9]/m);
  });
});
