import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateJobDto, type FilePurpose, type JobObject } from '#contracts';
import { createTestBulk, driveToEnd, failureOf, runChunk, streamOf, TENANT, type TestBulk } from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };

interface Input {
  readonly text: string | Buffer;
  readonly filename?: string;
  readonly purpose?: FilePurpose;
}

async function upload(bulk: TestBulk, { text, filename = 'texts.txt', purpose = 'user_data' }: Input): Promise<string> {
  return (await bulk.files.create({ tenant: TENANT, filename, purpose, content: streamOf(text) })).id;
}

async function embed(bulk: TestBulk, input: Input, more: Partial<CreateJobDto> = {}): Promise<JobObject> {
  const request = {
    type: 'embeddings',
    model: 'model/dev',
    input_file_id: await upload(bulk, input),
    ...more,
  } as const;
  return await bulk.jobsFace.create(CALLER, request);
}

async function rowsOf(bulk: TestBulk, fileId: string | null): Promise<unknown[]> {
  if (fileId === null) return [];
  const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, fileId));
  return body
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

/** Vectors whose one number is the text's length, as a server prints them over several lines. */
function answerVectors(bulk: TestBulk): void {
  bulk.models.script = ({ input }) => {
    if (input.startsWith('bad')) throw failureOf('upstream_rejected');
    return {
      body: Buffer.from(`{"object":"list","data":[{"embedding":[${input.length}.50,\n -1e-3],"index":0}]}`),
      usage: { promptTokens: input.length, completionTokens: 0, totalTokens: input.length },
    };
  };
}

describe('a job of embeddings', () => {
  it('makes a row of each text, in input order, its vector as the server spelled it', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    answerVectors(bulk);
    const { id, type, status } = await embed(bulk, { text: '\uFEFFfirst\r\n\n  \nsecond one\nbad text\nlast' });
    expect([type, status, id.startsWith('job_')]).toEqual(['embeddings', 'validating', true]);
    const record = await driveToEnd(bulk, id);

    expect(record).toMatchObject({
      status: 'completed',
      model: 'model/dev',
      counts: { total: 4, completed: 3, failed: 1 },
      usage: { input_tokens: 19, total_tokens: 19 },
    });
    const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, record.outputFileId ?? ''));
    expect(body.toString().split('\n')).toEqual([
      '{"index":0,"line":1,"embedding":[5.50,  -1e-3],"tokens":5}',
      '{"index":1,"line":4,"embedding":[10.50,  -1e-3],"tokens":10}',
      '{"index":3,"line":6,"embedding":[4.50,  -1e-3],"tokens":4}',
      '',
    ]);
    expect(await rowsOf(bulk, record.errorFileId)).toMatchObject([
      { index: 2, line: 5, status: 400, error: { message: 'The model failed: upstream_rejected.' } },
    ]);
  });

  it('reads objects, and names their rows by their own ids', async () => {
    const bulk = createTestBulk();
    answerVectors(bulk);
    const text = '{"id":"a","text":"x"}\n\n{"id":9007199254740993,"text":"bad"}\n{"text":"xyz"}\n';
    const { id } = await embed(bulk, { text, filename: 'texts.jsonl', purpose: 'batch' });
    const record = await driveToEnd(bulk, id);
    expect(await rowsOf(bulk, record.outputFileId)).toMatchObject([
      { index: 0, line: 1, id: 'a', embedding: [1.5, -0.001] },
      { index: 2, line: 4, embedding: [3.5, -0.001] },
    ]);
    const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, record.errorFileId ?? ''));
    expect(body.toString()).toContain('{"index":1,"line":3,"id":9007199254740993,"status":400,"error":{');
  });

  it.each([
    ['a.jsonl', 'x', 'jsonl'],
    ['A.NDJSON', 'x', 'jsonl'],
    ['a.txt', '{"text":"x"}', 'text'],
    ['a', '\n {"text":"x"}', 'jsonl'],
    ['a.dat', 'x {"text":"x"}', 'text'],
    ['a.dat', '', 'text'],
  ])('takes %s with %j for %s', async (filename, text, format) => {
    const bulk = createTestBulk();
    const { id } = await embed(bulk, { text, filename });
    expect((await bulk.jobs.find(TENANT, id))?.embeddings?.inputFormat).toBe(format);
  });

  it('is told of every line that is none, with its number, before any is run', async () => {
    const bulk = createTestBulk();
    const { id } = await embed(bulk, { text: '{"text":"a"}\n\n{"txt":"b"}\nno\n', filename: 'x.jsonl' });
    const record = await driveToEnd(bulk, id);
    expect(record.status).toBe('failed');
    expect(record.errors?.map(({ code, line }) => [code, line])).toEqual([
      ['missing_required_parameter', 3],
      ['invalid_json_line', 4],
    ]);
    expect(bulk.models.inputs).toEqual([]);
  });

  it.each([
    [{ text: '\n \n' }, {}, 'empty_file', null],
    [{ text: 'a' }, { model: 'nobody/dev' }, 'model_not_found', null],
    [{ text: Buffer.from([0x61, 0x0a, 0xff]) }, {}, 'invalid_utf8', 2],
    [{ text: 'x'.repeat(1_048_577) }, {}, 'string_above_max_length', 1],
  ])('fails with what is wrong with %#', async (input, more, code, line) => {
    const bulk = createTestBulk();
    const { id } = await embed(bulk, input, more);
    const record = await driveToEnd(bulk, id);
    expect([record.status, record.errors?.map((error) => [error.code, error.line])]).toEqual([
      'failed',
      [[code, line]],
    ]);
  });

  it('fails a line whose answer holds no vector, and its neighbours pass', async () => {
    const bulk = createTestBulk();
    bulk.models.script = ({ input, isCanary }) => ({
      body: Buffer.from(input === 'odd' && !isCanary ? '{"data":[]}' : '{"data":[{"embedding":[1]}]}'),
      usage: undefined,
    });
    const { id } = await embed(bulk, { text: 'even\nodd\n' });
    const record = await driveToEnd(bulk, id);
    expect(await rowsOf(bulk, record.outputFileId)).toEqual([{ index: 0, line: 1, embedding: [1] }]);
    expect(await rowsOf(bulk, record.errorFileId)).toMatchObject([{ index: 1, status: 502 }]);
  });

  it('keeps finished rows when it is cancelled, and says of the others that the job was', async () => {
    const bulk = createTestBulk({ chunkLines: 1 });
    answerVectors(bulk);
    const { id } = await embed(bulk, { text: '{"id":1,"text":"a"}\n{"id":2,"text":"b"}', filename: 'x.jsonl' });
    await bulk.planner.plan(TENANT, id);
    await runChunk(bulk, id, 0);
    expect(await bulk.jobsFace.cancel(TENANT, id)).toMatchObject({ status: 'cancelling' });
    const record = await driveToEnd(bulk, id);
    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 2, completed: 1, failed: 1 } });
    expect(await rowsOf(bulk, record.errorFileId)).toMatchObject([
      { index: 1, line: 2, id: 2, error: { code: 'job_cancelled' } },
    ]);
    await expect(bulk.jobsFace.cancel(TENANT, id)).rejects.toMatchObject({ status: 400 });
  });

  it('takes no file that is not its own, or is for something else', async () => {
    const bulk = createTestBulk();
    const request = { type: 'embeddings', model: 'model/dev' } as const;
    const foreign = await bulk.files.create({
      tenant: 'other',
      filename: 'a.txt',
      purpose: 'batch',
      content: streamOf('a'),
    });
    const picture = await upload(bulk, { text: 'x', purpose: 'vision' });
    await expect(bulk.jobsFace.create(CALLER, { ...request, input_file_id: foreign.id })).rejects.toMatchObject({
      reason: 'not_found',
      param: 'input_file_id',
    });
    await expect(bulk.jobsFace.create(CALLER, { ...request, input_file_id: picture })).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'input_file_id',
    });
  });
});
