import { text } from 'node:stream/consumers';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { objectKeys, type ChunkCommit, type CreateJobDto, type JobObject } from '#contracts';
import {
  collectGarbage,
  createTestBulk,
  driveToEnd,
  failureOf,
  runChunk,
  streamOf,
  TENANT,
  type TestBulk,
} from '../../testing/index.js';
import { assembleVectors } from './assemble-vectors.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };

function base64Of(...numbers: number[]): string {
  return Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
}

/** Vectors of a text's length and its half; nothing but base64 is asked for. */
function createBulk(options: Parameters<typeof createTestBulk>[0] = {}): TestBulk {
  const bulk = createTestBulk(options);
  bulk.models.script = ({ input, isCanary }) => {
    if (input === 'bad') throw failureOf('upstream_rejected');
    const embedding = input === 'odd' && !isCanary ? 'AAAA' : base64Of(input.length, input.length / 2);
    const usage = { promptTokens: input.length, completionTokens: 0, totalTokens: input.length };
    return { body: Buffer.from(JSON.stringify({ data: [{ embedding, index: 0 }] })), usage };
  };
  return bulk;
}

async function embed(bulk: TestBulk, content: string, more: Partial<CreateJobDto> = {}): Promise<JobObject> {
  const file = { tenant: TENANT, filename: 'a.jsonl', purpose: 'user_data', content: streamOf(content) } as const;
  const { id } = await bulk.files.create(file);
  const request = { type: 'embeddings', model: 'model/dev', input_file_id: id, output_format: 'parquet' } as const;
  return await bulk.jobsFace.create(CALLER, { ...request, ...more });
}

async function bytesOf(bulk: TestBulk, fileId: string | null): Promise<Buffer> {
  return (await bulk.store.get(objectKeys.fileContent(TENANT, fileId ?? ''))).body;
}

async function tableOf(bulk: TestBulk, fileId: string | null): Promise<Record<string, unknown>[]> {
  return await parquetReadObjects({ file: Uint8Array.from(await bytesOf(bulk, fileId)).buffer });
}

const INPUT = '{"id":"a","text":"x"}\n\n{"text":"bad"}\n{"text":"odd"}\n{"id":7,"text":"xyz"}\n{"text":"four"}\n';
const ROWS = [
  { index: 0n, line: 1n, id: 'a', tokens: 1n, embedding: [1, 0.5] },
  { index: 3n, line: 5n, id: '7', tokens: 3n, embedding: [3, 1.5] },
  { index: 4n, line: 6n, id: null, tokens: 4n, embedding: [4, 2] },
];

describe('a job whose vectors go to a table', () => {
  it.each([{}, { output_dtype: 'float16' as const }])(
    'makes one file of them in input order, and errors stay lines (%j)',
    async (more) => {
      const bulk = createBulk({ chunkLines: 2 });
      const { id } = await embed(bulk, INPUT, more);
      const record = await driveToEnd(bulk, id);

      expect(record).toMatchObject({ status: 'completed', counts: { total: 5, completed: 3, failed: 2 } });
      expect(await tableOf(bulk, record.outputFileId)).toEqual(ROWS);
      const file = await bulk.files.retrieve(TENANT, record.outputFileId ?? '');
      expect(file).toMatchObject({
        filename: `${id}_output.parquet`,
        bytes: (await bytesOf(bulk, record.outputFileId)).length,
      });
      const errors = (await bytesOf(bulk, record.errorFileId)).toString().split('\n').slice(0, -1);
      expect(errors.map((row) => JSON.parse(row) as unknown)).toMatchObject([
        { index: 1, line: 3, status: 400 },
        { index: 2, line: 4, status: 502 },
      ]);
      expect(record.embeddings?.encodingFormat).toBe('base64');
    },
  );

  it('makes the same bytes however often and wherever it is made', async () => {
    const bulk = createBulk({ chunkLines: 1 });
    const { id } = await embed(bulk, INPUT);
    const record = await driveToEnd(bulk, id);
    const first = await bytesOf(bulk, record.outputFileId);
    const commits = await Promise.all(
      [0, 1, 2, 3, 4].map(
        async (chunk) => (await bulk.records.read<ChunkCommit>(objectKeys.commit(TENANT, id, chunk)))?.value,
      ),
    );
    const again = await assembleVectors(bulk, record, commits as ChunkCommit[], 'float32');
    expect(again).toBe(record.outputFileId);
    expect(await bytesOf(bulk, again)).toEqual(first);
  });

  it('keeps what was finished when it is cancelled', async () => {
    const bulk = createBulk({ chunkLines: 1 });
    const { id } = await embed(bulk, '{"text":"x"}\n{"text":"y"}\n');
    await bulk.planner.plan(TENANT, id);
    await runChunk(bulk, id, 1);
    await bulk.jobsFace.cancel(TENANT, id);
    const record = await driveToEnd(bulk, id);
    expect(record.status).toBe('cancelled');
    expect(await tableOf(bulk, record.outputFileId)).toMatchObject([{ index: 1n, line: 2n }]);
  });

  it('has no file where no text was embedded', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, '{"text":"bad"}\n');
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'completed', outputFileId: null });
  });

  it('shows rows as lines while they last, and says where the rest is afterwards', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, '{"text":"x"}\n{"text":"bad"}\n');
    await driveToEnd(bulk, id);
    const { body, isComplete } = await bulk.jobsFace.results(TENANT, id, {});
    expect(isComplete).toBe(true);
    const rows = (await text(body)).split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
      { index: 0, embedding: base64Of(1, 0.5) },
      { index: 1, status: 400 },
    ]);
    bulk.clock.nowMs += 2 * 86_400_000;
    await collectGarbage(bulk);
    await expect(bulk.jobsFace.results(TENANT, id, {})).rejects.toMatchObject({
      reason: 'not_found',
      message: expect.stringContaining('output and error files') as string,
    });
  });

  it('retries into a table, too', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, INPUT);
    await driveToEnd(bulk, id);
    bulk.models.script = () => ({
      body: Buffer.from(`{"data":[{"embedding":"${base64Of(9)}","index":0}]}`),
      usage: undefined,
    });
    const retry = await driveToEnd(bulk, (await bulk.jobsFace.retry(CALLER, id)).id);
    expect(await tableOf(bulk, retry.outputFileId)).toEqual([
      { index: 0n, line: 1n, id: null, tokens: null, embedding: [9] },
      { index: 1n, line: 2n, id: null, tokens: null, embedding: [9] },
    ]);
  });

  it.each([
    [{ encoding_format: 'float' as const }, 'encoding_format'],
    [{ output_format: 'jsonl' as const, output_dtype: 'float16' as const }, 'output_dtype'],
  ])('is not made of %j', async (more, param) => {
    await expect(embed(createBulk(), INPUT, more)).rejects.toMatchObject({ reason: 'invalid_value', param });
  });
});
