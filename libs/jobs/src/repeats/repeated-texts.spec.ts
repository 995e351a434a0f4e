import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateJobDto, type JobRecord } from '#contracts';
import {
  createTestBulk,
  DeferredVectors,
  drainQueue,
  driveToEnd,
  embeddingsOf,
  failureOf,
  listKeys,
  readRows,
  runChunk,
  streamOf,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };
/** Three to a chunk. */
const TEXTS = ['a', 'b', 'bad', 'a', 'c', 'a', 'bad', 'b', 'd', 'c', 'c', 'e'];
const BAD = TEXTS.flatMap((text, index) => (text === 'bad' ? [index] : []));
const AWAITS_FIRST = { kind: 'later', delayMs: 5000, awaits: [0] };

function createBulk(options: Parameters<typeof createTestBulk>[0] = {}): TestBulk {
  const bulk = createTestBulk({ chunkLines: 3, ...options });
  bulk.models.script = (call) => {
    if (call.input === 'bad') throw failureOf('upstream_rejected');
    return embeddingsOf(call);
  };
  return bulk;
}

async function plan(
  bulk: TestBulk,
  more: Partial<CreateJobDto> = {},
  texts: readonly string[] = TEXTS,
): Promise<string> {
  const content = texts.map((text, id) => `${JSON.stringify({ id: `,"embedding":${id}`, text })}\n`).join('');
  const file = { tenant: TENANT, filename: 'a.jsonl', purpose: 'user_data', content: streamOf(content) } as const;
  const input_file_id = (await bulk.files.create(file)).id;
  const request = { type: 'embeddings', model: 'model/dev', input_file_id, deduplicate: true, ...more } as const;
  const { id } = await bulk.jobsFace.create(CALLER, request);
  await bulk.planner.plan(TENANT, id);
  return id;
}

/** All rows, whatever was called: each text's vector at each of its places. */
async function expectAll(bulk: TestBulk, record: JobRecord): Promise<void> {
  expect(record).toMatchObject({
    status: 'completed',
    counts: { total: TEXTS.length, completed: TEXTS.length - BAD.length, failed: BAD.length },
  });
  const answered = await readRows<Record<string, unknown>>(bulk, record.outputFileId);
  expect(answered.map(({ index, line, id, embedding }) => [index, line, id, embedding])).toEqual(
    TEXTS.flatMap((text, index) =>
      text === 'bad' ? [] : [[index, index + 1, `,"embedding":${index}`, vectorOf(text)]],
    ),
  );
  expect(
    (await readRows<Record<string, unknown>>(bulk, record.errorFileId)).map(({ index, status }) => [index, status]),
  ).toEqual(BAD.map((index) => [index, 400]));
}

function vectorOf(text: string): unknown {
  const { body } = embeddingsOf({ inputs: [text], model: 'model/dev' });
  return (JSON.parse(body.toString()) as { readonly data: readonly { readonly embedding: unknown }[] }).data[0]
    ?.embedding;
}

/** Makes a chunk that has its result look as if a worker had taken it that knows of no sharing. */
async function forgetSharing(bulk: TestBulk, jobId: string, chunk: number): Promise<void> {
  const key = objectKeys.sharedRows(TENANT, jobId, chunk);
  await bulk.store.head(key);
  await bulk.store.delete([key]);
}

describe('a job whose chunks repeat texts of others', () => {
  it('calls each once, counts its tokens once, and gives every line its row', async () => {
    const bulk = createBulk();
    const record = await driveToEnd(bulk, await plan(bulk));
    await expectAll(bulk, record);
    // What failed is tried again where it stands again.
    expect(bulk.models.inputs.toSorted()).toEqual(['a', 'b', 'bad', 'bad', 'c', 'd', 'e']);
    expect(record.usage).toMatchObject({ input_tokens: 5 });
    const tokens = (await readRows<Record<string, unknown>>(bulk, record.outputFileId)).map((row) => row['tokens']);
    expect(tokens).toEqual([1, 1, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('calls each as often as it stands there where nobody asked', async () => {
    const bulk = createBulk();
    const id = await plan(bulk, { deduplicate: false });
    await expectAll(bulk, await driveToEnd(bulk, id));
    expect(bulk.models.inputs).toHaveLength(TEXTS.length);
    expect(await listKeys(bulk, `${objectKeys.jobData(TENANT, id)}shared/`)).toEqual([]);
  });

  it('puts a chunk back that comes too early, with its own lines done, and that is no death and no failure', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    expect(await runChunk(bulk, id, 1)).toMatchObject(AWAITS_FIRST);
    expect(await runChunk(bulk, id, 1)).toMatchObject(AWAITS_FIRST);
    expect(bulk.models.inputs).toEqual(['c']);
    expect(await bulk.live.readWaiting(id)).toBeUndefined();
    const before = await listKeys(bulk, objectKeys.workspace(TENANT, id, 1));
    expect(before.filter((key) => key.startsWith('begun/'))).toHaveLength(1);
    expect(before.filter((key) => key.startsWith('ended/'))).toHaveLength(1);
    expect(await runChunk(bulk, id, 0)).toEqual({ kind: 'committed' });
    expect(await runChunk(bulk, id, 1)).toEqual({ kind: 'committed' });
    await expectAll(bulk, await driveToEnd(bulk, id));
    expect(bulk.models.inputs.filter((input) => input === 'c')).toHaveLength(1);
    expect({ waste: bulk.waste, retries: bulk.retries }).toEqual({ waste: {}, retries: [] });
  });

  it('needs the rows of others, and not their results', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    expect(await runChunk(bulk, id, 1)).toMatchObject(AWAITS_FIRST);
    expect(await runChunk(bulk, id, 3)).toEqual({ kind: 'committed' });
    await expectAll(bulk, await driveToEnd(bulk, id));
    expect(bulk.models.inputs.filter((input) => input === 'c')).toHaveLength(1);
  });

  it('tells of each chunk that shares rows, before it waits for any itself', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    expect(await runChunk(bulk, id, 1)).toMatchObject(AWAITS_FIRST);
    expect(bulk.shared).toEqual([1]);
    await runChunk(bulk, id, 2);
    await runChunk(bulk, id, 0);
    expect(bulk.shared).toEqual([1, 0]);
  });

  it('names all chunks that are waited for', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    expect(await runChunk(bulk, id, 3)).toMatchObject({ awaits: [1] });
    expect(await runChunk(bulk, id, 2)).toMatchObject({ awaits: [0] });
  });

  it('goes on in another process from what was saved', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    const other = createBulk({ store: bulk.store, queue: bulk.queue });
    expect(await runChunk(other, id, 1)).toMatchObject(AWAITS_FIRST);
    await expectAll(bulk, await driveToEnd(bulk, id));
    expect(bulk.models.inputs).not.toContain('c');
  });

  it('calls what a worker has recorded that shares nothing', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    await runChunk(bulk, id, 0);
    await forgetSharing(bulk, id, 0);
    const other = createBulk({ store: bulk.store, queue: bulk.queue, live: bulk.live, models: bulk.models });
    await expectAll(other, await driveToEnd(other, id));
    expect(bulk.models.inputs.toSorted()).toEqual(['a', 'a', 'b', 'b', 'bad', 'bad', 'c', 'd', 'e']);
  });

  it('calls what it cannot read any more', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    await runChunk(bulk, id, 0);
    const other = createBulk({ store: bulk.store, queue: bulk.queue, live: bulk.live, models: bulk.models });
    expect(await runChunk(other, id, 2)).toEqual({ kind: 'committed' });
    await forgetSharing(bulk, id, 0);
    expect(await runChunk(other, id, 1)).toEqual({ kind: 'committed' });
    const folder = `${objectKeys.jobData(TENANT, id)}repeats/`;
    await bulk.store.delete((await listKeys(bulk, folder)).map((name) => folder + name));
    expect(await runChunk(other, id, 3)).toEqual({ kind: 'committed' });
    await expectAll(other, await driveToEnd(other, id));
    expect(bulk.models.inputs.toSorted()).toEqual(['a', 'a', 'b', 'bad', 'bad', 'c', 'c', 'd', 'e']);
  });

  it('takes no row for that of another line', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    await runChunk(bulk, id, 0);
    const key = objectKeys.sharedRows(TENANT, id, 0);
    const { body } = await bulk.store.get(key);
    await bulk.store.put(key, Buffer.from(body.toString('latin1').replace('"index":0', '"index":9'), 'latin1'));
    const other = createBulk({ store: bulk.store, queue: bulk.queue });
    await expect(runChunk(other, id, 1)).rejects.toMatchObject({ reason: 'internal_error' });
  });

  it('counts every line while it runs', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    for (const [chunk, done] of [3, 6, 9, 12].entries()) {
      await runChunk(bulk, id, chunk);
      const counts = await bulk.live.read(id, TEXTS.length);
      expect((counts?.completed ?? 0) + (counts?.failed ?? 0)).toBe(done);
    }
  });

  it('says of every line what became of it when it is cancelled while one waits', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    await runChunk(bulk, id, 1);
    await bulk.jobsFace.cancel(TENANT, id);
    const record = await driveToEnd(bulk, id);
    expect(record).toMatchObject({ status: 'cancelled', counts: { total: 12, completed: 1, failed: 11 } });
    expect((await readRows<Record<string, unknown>>(bulk, record.outputFileId)).map(({ index }) => index)).toEqual([4]);
  });

  it('writes the same table', async () => {
    const bulk = createBulk();
    bulk.models.script = ({ inputs }) => {
      const data = inputs.map((text, index) => {
        const vector = Buffer.from(Float32Array.of(text.charCodeAt(0), 1).buffer).toString('base64');
        return `{"object":"embedding","index":${index},"embedding":"${vector}"}`;
      });
      const body = Buffer.from(`{"object":"list","data":[${data.join(',')}],"model":"model/dev"}`);
      return { body, usage: { promptTokens: inputs.length, completionTokens: 0, totalTokens: inputs.length } };
    };
    const files: Buffer[] = [];
    for (const deduplicate of [true, false]) {
      const record = await driveToEnd(bulk, await plan(bulk, { output_format: 'parquet', deduplicate }));
      expect(record).toMatchObject({ status: 'completed', counts: { completed: TEXTS.length } });
      files.push((await bulk.store.get(objectKeys.fileContent(TENANT, record.outputFileId ?? ''))).body);
    }
    const [once, each] = files.map((file) => file.toString('latin1'));
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      const vector = Buffer.from(Float32Array.of(text.charCodeAt(0), 1).buffer).toString('latin1');
      expect(once?.split(vector).length).toBe(each?.split(vector).length);
    }
  });

  it.each([
    ['a.txt', (text: string) => text, 1],
    ['a.csv', (text: string) => `"${text}",x`, 2],
  ])('knows the lines of %s apart', async (filename, lineOf, firstLine) => {
    const bulk = createBulk();
    const header = firstLine === 1 ? '' : 'text,other\n';
    const content = streamOf(header + ['a', 'b', 'c', 'b', 'a', 'c'].map((text) => `${lineOf(text)}\n`).join(''));
    const { id: input_file_id } = await bulk.files.create({ tenant: TENANT, filename, purpose: 'user_data', content });
    const request = { type: 'embeddings', model: 'model/dev', input_file_id, deduplicate: true } as const;
    const record = await driveToEnd(bulk, (await bulk.jobsFace.create(CALLER, request)).id);
    const rows = await readRows<Record<string, unknown>>(bulk, record.outputFileId);
    expect(rows.map(({ index, line, embedding }) => [index, line, embedding])).toEqual(
      ['a', 'b', 'c', 'b', 'a', 'c'].map((text, index) => [index, firstLine + index, vectorOf(text)]),
    );
    expect(bulk.models.inputs.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('submits each once in a chunk where calls go to an asynchronous endpoint', async () => {
    const deferred = new DeferredVectors();
    const bulk = createBulk({ deferred });
    const id = await plan(bulk, {}, ['a', 'b', 'a', 'a', 'a', 'c']);
    for (const chunk of [0, 1]) await runChunk(bulk, id, chunk);
    expect(deferred.inputs).toEqual(['a', 'b', 'a', 'c']);
    deferred.answer();
    for (const chunk of [0, 1]) expect(await runChunk(bulk, id, chunk)).toEqual({ kind: 'committed' });
    const record = await driveToEnd(bulk, id);
    expect(record).toMatchObject({ status: 'completed', counts: { total: 6, completed: 6, failed: 0 } });
    expect(
      (await readRows<Record<string, unknown>>(bulk, record.outputFileId)).map(({ embedding }) => embedding),
    ).toEqual(['a', 'b', 'a', 'a', 'a', 'c'].map(vectorOf));
  });

  it('runs failed lines again as a job of its own', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    await driveToEnd(bulk, id);
    bulk.models.script = embeddingsOf;
    const retry = await bulk.jobsFace.retry(CALLER, id);
    const record = await driveToEnd(bulk, retry.id);
    expect((await readRows<Record<string, unknown>>(bulk, record.outputFileId)).map(({ id: own }) => own)).toEqual(
      BAD.map((index) => `,"embedding":${index}`),
    );
    expect(bulk.models.inputs.filter((input) => input === 'bad')).toHaveLength(3);
  });

  it('leaves nothing behind that garbage collection does not know of', async () => {
    const bulk = createBulk();
    const id = await plan(bulk);
    expect(await listKeys(bulk, `${objectKeys.jobData(TENANT, id)}repeats/`)).toHaveLength(1);
    await drainQueue(bulk);
    await driveToEnd(bulk, id);
    const outside = (await listKeys(bulk, objectKeys.job(TENANT, id))).filter((key) => !key.startsWith('data/'));
    expect(outside).toEqual(['commits/000000', 'commits/000001', 'commits/000002', 'commits/000003', 'plan']);
  });
});
