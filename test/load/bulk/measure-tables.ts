import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { cpuSeconds, memoryMegabytes } from '#load/bench-processes';
import { withBenchSystem, type BenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { MODEL } from '#load/bulk/input-file';
import { forgetPeak, peakMegabytes } from '#load/bulk/memory';

const ROWS = 100_000;
const DIMENSIONS = 256;
const POLL_MS = 100;

interface Job {
  readonly id: string;
  readonly status: string;
  readonly output_file_id: string;
  readonly progress: { readonly done: number; readonly failed: number };
}

/** 100,000 rows as lines, CSV and Parquet, each embedded into a table; DuckDB says whether the three are the same. */
export async function measureTables(folder: string): Promise<Figure[]> {
  const inputs = writeInputs(folder);
  return await withBenchSystem({}, async (system) => {
    const figures: Figure[] = [];
    const tables: string[] = [];
    for (const input of inputs) {
      const table = `${folder}/${tables.length}.vectors.parquet`;
      figures.push(await measureTable(system, input, table));
      tables.push(table);
    }
    figures.push({
      name: 'rows with equal vectors in all three tables',
      value: await countEqual(tables),
      unit: 'rows',
      note: 'read by DuckDB',
      bar: { kind: 'at least', value: ROWS },
    });
    return figures;
  });
}

function writeInputs(folder: string): string[] {
  const texts = Array.from({ length: ROWS }, (_, index) => `passage number ${index}, "quoted" and\non two lines`);
  const ids = texts.map((_, index) => `id-${index}`);
  const paths = ['jsonl', 'csv', 'parquet'].map((ending) => `${folder}/table.${ending}`);
  const lines = texts.map((text, index) => `${JSON.stringify({ id: ids[index], text })}\n`).join('');
  const rows = texts.map((text, index) => `${ids[index]},"${text.replaceAll('"', '""')}"\n`).join('');
  const columnData = [
    { name: 'id', data: ids, type: 'STRING' as const },
    { name: 'text', data: texts, type: 'STRING' as const },
  ];
  const contents = [lines, `id,text\n${rows}`, Buffer.from(parquetWriteBuffer({ columnData }))];
  for (const [index, path] of paths.entries()) writeFileSync(path, contents[index] ?? '');
  return paths;
}

async function measureTable(system: BenchSystem, input: string, table: string): Promise<Figure> {
  const file = await system.client.files.create({ file: createReadStream(input), purpose: 'user_data' });
  const worker = system.pidOf('worker');
  const idle = memoryMegabytes(worker);
  forgetPeak(worker);
  const before = { cpu: cpuSeconds(worker), atMs: performance.now() };
  const body = {
    type: 'embeddings',
    model: MODEL,
    input_file_id: file.id,
    output_format: 'parquet',
    dimensions: DIMENSIONS,
  };
  const job = await untilEnded(system, (await system.client.post<Job>('/jobs', { body })).id);
  const wallSeconds = (performance.now() - before.atMs) / 1000;
  const cpu = cpuSeconds(worker) - before.cpu;
  if (job.status !== 'completed' || job.progress.done !== ROWS || job.progress.failed > 0) {
    throw new Error(`the job of ${input} ended ${JSON.stringify(job)}`);
  }
  const content = await system.client.files.content(job.output_file_id);
  await pipeline(Readable.fromWeb(content.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(table));
  return {
    name: `${ROWS.toLocaleString('en')} rows of ${input.slice(input.lastIndexOf('.') + 1)} to Parquet`,
    value: wallSeconds,
    unit: 's',
    note: `worker CPU ${cpu.toFixed(1)} s, peak ${peakMegabytes(worker)} MB, ${idle} MB before`,
  };
}

async function untilEnded(system: BenchSystem, id: string): Promise<Job> {
  for (;;) {
    const job = await system.client.get<Job>(`/jobs/${id}`);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function countEqual([first, ...others]: readonly string[]): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' });
  const connection = await instance.connect();
  const joins = others.map((path, index) => `join '${path}' o${index} using (index)`).join(' ');
  const equal = others.map((_, index) => `o${index}.embedding = a.embedding and o${index}.id = a.id`).join(' and ');
  const reader = await connection.runAndReadAll(`select count(*)::integer from '${first}' a ${joins} where ${equal}`);
  connection.closeSync();
  instance.closeSync();
  return Number(reader.getRows()[0]?.[0]);
}
