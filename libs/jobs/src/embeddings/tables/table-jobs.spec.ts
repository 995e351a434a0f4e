import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateJobDto, type JobObject } from '#contracts';
import {
  collectGarbage,
  createTestBulk,
  driveToEnd,
  failureOf,
  streamOf,
  TENANT,
  type TestBulk,
} from '../../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };
const LOCATION = `s3://memory/calls/${TENANT}/texts`;

const TEXTS = ['first', 'two\nlines, "quoted"', 'bad', 'žluť'];
const CSV = 'id,text\na,first\nb,"two\nlines, ""quoted"""\nc,bad\nd,žluť\n';
const JSONL = TEXTS.map((text, index) => `${JSON.stringify({ id: 'abcd'[index], text })}\n`).join('');

function parquet(): Buffer {
  const columnData = [
    { name: 'id', data: ['a', 'b', 'c', 'd'], type: 'STRING' as const },
    { name: 'text', data: TEXTS, type: 'STRING' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

/** Vectors of a text's length; `bad` has none. */
function createBulk(): TestBulk {
  const bulk = createTestBulk();
  bulk.models.script = ({ input }) => {
    if (input === 'bad') throw failureOf('upstream_rejected');
    return { body: Buffer.from(`{"data":[{"embedding":[${input.length}],"index":0}]}`), usage: undefined };
  };
  return bulk;
}

async function embed(
  bulk: TestBulk,
  { content, filename }: { readonly content: string | Buffer; readonly filename: string },
  more: Partial<CreateJobDto> = {},
): Promise<JobObject> {
  const file = await bulk.files.create({ tenant: TENANT, filename, purpose: 'user_data', content: streamOf(content) });
  return await bulk.jobsFace.create(CALLER, {
    type: 'embeddings',
    model: 'model/dev',
    input_file_id: file.id,
    ...more,
  });
}

async function textOf(bulk: TestBulk, key: string): Promise<string> {
  return (await bulk.store.get(key)).body.toString();
}

async function rowsOf(bulk: TestBulk, fileId: string | null): Promise<Record<string, unknown>[]> {
  const text = fileId === null ? '' : await textOf(bulk, objectKeys.fileContent(TENANT, fileId));
  return text
    .split('\n')
    .slice(0, -1)
    .map((row) => JSON.parse(row) as Record<string, unknown>);
}

async function has(bulk: TestBulk, key: string): Promise<boolean> {
  return (await bulk.store.list(key)).objects.some((found) => found.key === key);
}

describe('a job over a table', () => {
  it.each([
    ['texts.csv', CSV, [2, 3, 5, 6]],
    ['texts.tsv', CSV.replaceAll(',', '\t').replace('lines\t', 'lines,'), [2, 3, 5, 6]],
    ['texts.parquet', parquet(), [1, 2, 3, 4]],
    ['texts', parquet(), [1, 2, 3, 4]],
    ['texts.jsonl', JSONL, [1, 2, 3, 4]],
  ])('gives of %s what its lines would give, and says where each row stood', async (filename, content, lines) => {
    const bulk = createBulk();
    const { id } = await embed(bulk, { content, filename });
    const record = await driveToEnd(bulk, id);

    expect(record).toMatchObject({ status: 'completed', counts: { total: 4, completed: 3, failed: 1 } });
    expect(await rowsOf(bulk, record.outputFileId)).toEqual([
      { index: 0, line: lines[0], id: 'a', embedding: [5] },
      { index: 1, line: lines[1], id: 'b', embedding: [19] },
      { index: 3, line: lines[3], id: 'd', embedding: [4] },
    ]);
    expect(await rowsOf(bulk, record.errorFileId)).toMatchObject([{ index: 2, line: lines[2], id: 'c', status: 400 }]);
  });

  it('is told of every row that is none, with its line, before any is run', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, { content: 'id,text\n1,a\n2\n3,c,d\n', filename: 'a.csv' });
    const record = await driveToEnd(bulk, id);

    expect(record.status).toBe('failed');
    expect(record.errors?.map(({ code, line }) => [code, line])).toEqual([
      ['invalid_csv_row', 3],
      ['invalid_csv_row', 4],
    ]);
    expect(bulk.models.inputs).toEqual([]);
    expect(await has(bulk, objectKeys.derivedInput(TENANT, id))).toBe(false);
  });

  it.each([
    ['a.csv', 'text\n"never closed\n', 'invalid_input_file', 2],
    ['a.csv', 'body\na\n', 'invalid_input_file', null],
    ['a.csv', 'text\n', 'empty_file', null],
    ['a.csv', `text\n${'é'.repeat(600_000)}\n`, 'invalid_input_file', 2],
    ['a.csv', `text\n${'\u0001'.repeat(200_000)}\n`, 'string_above_max_length', 2],
    ['a.parquet', 'PAR1 it is not', 'invalid_input_file', null],
  ])('fails with what is wrong with %s', async (filename, content, code, line) => {
    const bulk = createBulk();
    const { id } = await embed(bulk, { content, filename });
    const record = await driveToEnd(bulk, id);
    expect([record.status, record.errors?.map((error) => [error.code, error.line])]).toEqual([
      'failed',
      [[code, line]],
    ]);
  });

  it('makes the same lines and the same plan of the same file', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, { content: CSV, filename: 'a.csv' });
    const key = objectKeys.derivedInput(TENANT, id);
    await bulk.planner.plan(TENANT, id);
    const first = await textOf(bulk, key);
    const plan = await bulk.plans.read(TENANT, id);
    expect(first.split('\n')[1]).toBe(String.raw`{"line":3,"text":"two\nlines, \"quoted\"","id":"b"}`);

    const again = createBulk();
    const other = await embed(again, { content: CSV, filename: 'a.csv' });
    await again.planner.plan(TENANT, other.id);
    expect(await textOf(again, objectKeys.derivedInput(TENANT, other.id))).toBe(first);
    expect((await again.plans.read(TENANT, other.id))?.chunks).toEqual(plan?.chunks);
  });

  it('takes lines that a planner left that died, whatever the object in the bucket has become', async () => {
    const bulk = createBulk();
    bulk.exchange.objects.set(LOCATION, Buffer.from('other\n'));
    const { id } = await bulk.jobsFace.create(CALLER, {
      type: 'embeddings',
      model: 'model/dev',
      input_s3: LOCATION,
      input_format: 'text',
    });
    await bulk.store.put(objectKeys.derivedInput(TENANT, id), 'one\ntwo\n');
    const record = await driveToEnd(bulk, id);
    expect((await rowsOf(bulk, record.outputFileId)).map(({ embedding }) => embedding)).toEqual([[3], [3]]);
  });

  it('runs the rows that failed again, also when their lines are gone', async () => {
    for (const collected of [false, true]) {
      const bulk = createBulk();
      const { id } = await embed(bulk, { content: CSV, filename: 'a.csv' });
      await driveToEnd(bulk, id);
      const key = objectKeys.derivedInput(TENANT, id);
      expect(await has(bulk, key)).toBe(true);
      if (collected) {
        bulk.clock.nowMs += 2 * 86_400_000;
        await collectGarbage(bulk);
      }
      expect(await has(bulk, key)).toBe(!collected);
      bulk.models.script = () => ({ body: Buffer.from('{"data":[{"embedding":[9],"index":0}]}'), usage: undefined });
      const retry = await bulk.jobsFace.retry(CALLER, id);
      const record = await driveToEnd(bulk, retry.id);
      expect(record).toMatchObject({ status: 'completed', retryOf: { jobId: id } });
      expect(await rowsOf(bulk, record.outputFileId)).toEqual([{ index: 0, line: 1, id: 'c', embedding: [9] }]);
      expect(await has(bulk, objectKeys.derivedInput(TENANT, retry.id))).toBe(false);
    }
  });

  it('leaves no lines behind when none of them has failed', async () => {
    const bulk = createBulk();
    const { id } = await embed(bulk, { content: 'text\na\n', filename: 'a.csv' });
    await driveToEnd(bulk, id);
    expect(await has(bulk, objectKeys.derivedInput(TENANT, id))).toBe(false);
  });

  it.each([
    [{ delimiter: ';' }, 'a.jsonl', 'delimiter'],
    [{ delimiter: '"' }, 'a.csv', 'delimiter'],
  ])('is not made with %j for %s', async (more, filename, param) => {
    await expect(embed(createBulk(), { content: 'x', filename }, more)).rejects.toMatchObject({
      reason: 'invalid_value',
      param,
    });
  });
});

describe('a job over an object in a bucket', () => {
  it.each([
    ['.csv', CSV],
    ['.parquet', parquet()],
    ['.jsonl', JSONL],
  ])('embeds what lies there as %s, and retries from its own copy', async (ending, content) => {
    const bulk = createBulk();
    const location = `${LOCATION}${ending}`;
    bulk.exchange.objects.set(location, Buffer.from(content));
    const job = await bulk.jobsFace.create(CALLER, { type: 'embeddings', model: 'model/dev', input_s3: location });
    const record = await driveToEnd(bulk, job.id);
    expect(job).toMatchObject({ input_file_id: null, input_s3: location });
    expect((await rowsOf(bulk, record.outputFileId)).map(({ id, embedding }) => [id, embedding])).toEqual([
      ['a', [5]],
      ['b', [19]],
      ['d', [4]],
    ]);

    bulk.exchange.objects.delete(location);
    bulk.models.script = () => ({ body: Buffer.from('{"data":[{"embedding":[9],"index":0}]}'), usage: undefined });
    const retry = await driveToEnd(bulk, (await bulk.jobsFace.retry(CALLER, job.id)).id);
    expect(await rowsOf(bulk, retry.outputFileId)).toEqual([{ index: 0, line: 1, id: 'c', embedding: [9] }]);
  });

  it.each([
    [{ input_s3: `${LOCATION}` }, 'missing_required_parameter', 'input_format'],
    [{ input_s3: 's3://memory/calls/other/a.csv' }, 'invalid_value', 'input_s3'],
    [{ input_s3: `${LOCATION}.csv`, input_file_id: 'file-000000000000000000000' }, 'invalid_value', 'input_s3'],
  ])('is not made of %j', async (request, reason, param) => {
    const created = createBulk().jobsFace.create(CALLER, { type: 'embeddings', model: 'model/dev', ...request });
    await expect(created).rejects.toMatchObject({ reason, param });
  });

  it('is not retried from an object that may be another by now, once its own copy is gone', async () => {
    const bulk = createBulk();
    const location = `${LOCATION}.csv`;
    bulk.exchange.objects.set(location, Buffer.from(CSV));
    const { id } = await bulk.jobsFace.create(CALLER, { type: 'embeddings', model: 'model/dev', input_s3: location });
    await driveToEnd(bulk, id);
    bulk.clock.nowMs += 2 * 86_400_000;
    await collectGarbage(bulk);
    const retry = await driveToEnd(bulk, (await bulk.jobsFace.retry(CALLER, id)).id);
    expect(retry).toMatchObject({ status: 'failed', errors: [{ code: 'file_not_found' }] });
  });

  it('fails where there is none', async () => {
    const bulk = createBulk();
    const request = { type: 'embeddings', model: 'model/dev', input_s3: `${LOCATION}.csv` } as const;
    const { id } = await bulk.jobsFace.create(CALLER, request);
    expect(await driveToEnd(bulk, id)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'file_not_found', param: 'input_s3' }],
    });
  });
});
