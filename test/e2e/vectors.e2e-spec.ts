import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { startSystem, type System } from '../setup/processes.js';
import { EMBEDDING_MODEL, send, sendJson } from './support/clients.js';

const ROWS = 300;
const BUCKET = 'texts';
const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

const TEXTS = Array.from({ length: ROWS }, (_, index) => `row ${index}: "quoted", žluť and\na second line`);
const IDS = TEXTS.map((_, index) => `id-${index}`);

const INPUTS: Readonly<Record<string, Buffer>> = {
  'texts.jsonl': Buffer.from(TEXTS.map((text, index) => `${JSON.stringify({ id: IDS[index], text })}\n`).join('')),
  'texts.csv': Buffer.from(
    `id,text\n${TEXTS.map((text, index) => `${IDS[index]},"${text.replaceAll('"', '""')}"\r\n`).join('')}`,
  ),
  'texts.parquet': Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: IDS, type: 'STRING' },
        { name: 'text', data: TEXTS, type: 'STRING' },
      ],
      rowGroupSize: 128,
    }),
  ),
};

describe('Vectors of files', () => {
  let system: System;
  let client: OpenAI;
  let folder: string;
  let instance: DuckDBInstance;
  let duck: DuckDBConnection;

  beforeAll(async () => {
    system = await startSystem({
      environment: { SLUICE_CHUNK_LINES: '50', SLUICE_S3_INPUT_BUCKETS: `${BUCKET}/{tenant}/` },
    });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
    folder = await mkdtemp(join(tmpdir(), 'sluice-vectors-'));
    instance = await DuckDBInstance.create(':memory:');
    duck = await instance.connect();
  });

  afterAll(async () => {
    duck?.closeSync();
    instance?.closeSync();
    await rm(folder, { recursive: true });
    await system?.stop();
  });

  async function upload(name: string): Promise<string> {
    const file = await toFile(INPUTS[name] ?? Buffer.alloc(0), name);
    return (await client.files.create({ file, purpose: 'user_data' })).id;
  }

  /** The output file of a job, where another program finds it. */
  async function run(request: object, name: string): Promise<{ readonly job: JobObject; readonly path: string }> {
    const created = await sendJson(system, '/v1/jobs', { type: 'embeddings', model: EMBEDDING_MODEL, ...request });
    expect([created.status, created.text]).toEqual([202, created.text]);
    const { id } = JSON.parse(created.text) as JobObject;
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'completed', progress: { total: ROWS, done: ROWS, failed: 0 } });
    const path = join(folder, name);
    await writeFile(path, Buffer.from(await (await client.files.content(job.output_file_id ?? '')).arrayBuffer()));
    return { job, path };
  }

  async function ended(id: string): Promise<JobObject> {
    const giveUpAt = Date.now() + 120_000;
    for (;;) {
      const job = JSON.parse(
        (await send(system, `/v1/jobs/${id}`, { headers: { prefer: 'wait=20' } })).text,
      ) as JobObject;
      if (ENDED.includes(job.status)) return job;
      if (Date.now() > giveUpAt) throw new Error(`the job does not end: ${JSON.stringify(job)}`);
    }
  }

  async function ask(sql: string): Promise<unknown[]> {
    return (await duck.runAndReadAll(sql)).getRowObjectsJS();
  }

  /** How many rows stand in both with the same id, place and vector, to the bit. */
  async function shared(one: string, other: string): Promise<unknown> {
    const rows = await ask(`
      select count(*)::integer as same from '${one}' a join '${other}' b using (index)
      where a.id = b.id and a.tokens = b.tokens and a.embedding::float[] = b.embedding::float[]`);
    return (rows[0] as { same: number }).same;
  }

  it('are the same from lines, CSV and Parquet, in a table that another program reads', async () => {
    const lines = await run({ input_file_id: await upload('texts.jsonl') }, 'rows.json');
    const tables: string[] = [];
    for (const name of Object.keys(INPUTS)) {
      const request = { input_file_id: await upload(name), output_format: 'parquet' };
      const { job, path } = await run(request, `${name}.vectors.parquet`);
      expect(job.usage).toEqual(lines.job.usage);
      tables.push(path);
    }
    for (const table of tables) {
      expect(await ask(`select count(*)::integer as rows, count(distinct id)::integer as ids from '${table}'`)).toEqual(
        [{ rows: ROWS, ids: ROWS }],
      );
      expect(await shared(table, lines.path)).toBe(ROWS);
    }
    expect(await ask(`select line::integer as line from '${tables[1]}' where index in (0, 1)`)).toEqual([
      { line: 2 },
      { line: 4 },
    ]);
  });

  it('are estimated without being made', async () => {
    const input_file_id = await upload('texts.csv');
    const request = { type: 'embeddings', model: EMBEDDING_MODEL, input_file_id, dry_run: true };
    const { id } = JSON.parse((await sendJson(system, '/v1/jobs', request)).text) as JobObject;
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'completed', output_file_id: null, estimate: { lines: ROWS, seconds: null } });
    expect(job.estimate?.calls).toBeGreaterThanOrEqual(ROWS / 50);
  });

  it('are read from objects of an allowed bucket, and are the same at half their size but for rounding', async () => {
    const s3 = new S3Client({
      endpoint: new URL(system.controlUrl).origin,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' },
    });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const [name, Body] of Object.entries(INPUTS)) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `default/${name}`, Body }));
    }
    s3.destroy();
    const input_s3 = `s3://${BUCKET}/default/`;
    const full = await run({ input_s3: `${input_s3}texts.parquet`, output_format: 'parquet' }, 'full.parquet');
    const half = await run(
      { input_s3: `${input_s3}texts.csv`, output_format: 'parquet', output_dtype: 'float16' },
      'half.parquet',
    );
    const lines = await run({ input_s3: `${input_s3}texts.jsonl` }, 's3-rows.json');

    expect(full.job).toMatchObject({ input_file_id: null, input_s3: `${input_s3}texts.parquet` });
    expect(await shared(full.path, lines.path)).toBe(ROWS);
    const [distance] = (await ask(`
      select max(list_distance(a.embedding, b.embedding)) as most from '${full.path}' a join '${half.path}' b using (id)`)) as {
      most: number;
    }[];
    expect(distance?.most).toBeGreaterThan(0);
    expect(distance?.most).toBeLessThan(0.001);
    const foreign = await sendJson(system, '/v1/jobs', {
      type: 'embeddings',
      model: EMBEDDING_MODEL,
      input_s3: `s3://${BUCKET}/other/texts.csv`,
    });
    expect(foreign).toMatchObject({ status: 400, body: { error: { param: 'input_s3' } } });
  });
});
