import { describe, expect, it } from 'vitest';
import { objectKeys, type BatchObject } from '#contracts';
import { newTimeOrderedId } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  answerOf,
  createTestBulk,
  driveToEnd,
  failureOf,
  FAULTS,
  FaultyStore,
  listKeys,
  readRows,
  requestLine,
  requestLines,
  runChunk,
  startJob,
  streamOf,
  TENANT,
  type TestBulk,
} from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-2' };

/** A batch of six lines, of which two failed. */
async function endWithFailures(bulk: TestBulk): Promise<string> {
  bulk.models.script = (call) => {
    if (['text 1', 'text 4'].includes(call.input)) throw failureOf('upstream_rejected');
    return answerOf(call);
  };
  const id = await startJob(bulk, requestLines(6));
  await driveToEnd(bulk, id);
  bulk.models.script = answerOf;
  bulk.models.inputs.length = 0;
  return id;
}

async function idsOf(bulk: TestBulk, fileId: string | null): Promise<string[]> {
  return (await readRows(bulk, fileId)).map(({ custom_id }) => custom_id);
}

describe('JobRetrier', () => {
  it('runs only the lines that failed, in their order, as a new batch that says whose they are', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    bulk.clock.nowMs += 60_000;
    const batch = await bulk.batches.retry(CALLER, id);
    const source = await bulk.batches.retrieve(TENANT, id);
    expect(batch).toMatchObject({
      object: 'batch',
      status: 'validating',
      retry_of: id,
      endpoint: source.endpoint,
      completion_window: '24h',
      created_at: Math.floor(bulk.clock.nowMs / 1000),
    });
    const record = await driveToEnd(bulk, batch.id);
    expect(record).toMatchObject({
      status: 'completed',
      keyId: 'key-2',
      counts: { total: 2, completed: 2, failed: 0 },
    });
    expect(bulk.models.inputs).toEqual(['text 1', 'text 4']);
    expect(await idsOf(bulk, record.outputFileId)).toEqual(['line-1', 'line-4']);
    expect(await bulk.files.retrieve(TENANT, batch.input_file_id)).toMatchObject({
      purpose: 'batch',
      filename: `${id}_retry.jsonl`,
    });
    expect(source.retry_of).toBeUndefined();
  });

  it('runs what was cancelled', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const id = await startJob(bulk, requestLines(6));
    await runChunk(bulk, id, 1);
    await bulk.batches.cancel(TENANT, id);
    await driveToEnd(bulk, id);
    const record = await driveToEnd(bulk, (await bulk.batches.retry(CALLER, id)).id);
    expect(await idsOf(bulk, record.outputFileId)).toEqual(['line-0', 'line-1', 'line-4', 'line-5']);
  });

  it('can be retried itself, down to the last line', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    bulk.models.script = (call) => {
      if (call.input === 'text 4') throw failureOf('upstream_rejected');
      return answerOf(call);
    };
    const second = (await bulk.batches.retry(CALLER, id)).id;
    await driveToEnd(bulk, second);
    bulk.models.script = answerOf;
    const third = await driveToEnd(bulk, (await bulk.batches.retry(CALLER, second)).id);
    expect(await idsOf(bulk, third.outputFileId)).toEqual(['line-4']);
  });

  it('runs lines of an embeddings job again, by their place', async () => {
    const bulk = createTestBulk();
    bulk.models.script = ({ input, attempt }) => {
      if (input === 'b' && attempt === 1) throw failureOf('upstream_rejected');
      return { body: Buffer.from('{"data":[{"embedding":[1]}]}'), usage: undefined };
    };
    const content = streamOf('a\n\nb\nc\n');
    const file = await bulk.files.create({ tenant: TENANT, filename: 'x.txt', purpose: 'user_data', content });
    const request = { type: 'embeddings', model: 'model/dev', input_file_id: file.id } as const;
    const { id } = await bulk.jobsFace.create(CALLER, request);
    await driveToEnd(bulk, id);
    const job = await bulk.jobsFace.retry(CALLER, id);
    expect([job.type, job.retry_of, job.id.startsWith('job_')]).toEqual(['embeddings', id, true]);
    const record = await driveToEnd(bulk, job.id);
    const { body } = await bulk.store.get(objectKeys.fileContent(TENANT, record.outputFileId ?? ''));
    expect(body.toString()).toBe('{"index":0,"line":1,"embedding":[1]}\n');
    expect(bulk.models.inputs).toEqual(['a', 'b', 'c', 'b']);
  });

  it('is the same batch however often it is asked for, also at once', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    const batches = await Promise.all(Array.from({ length: 5 }, () => bulk.batches.retry(CALLER, id)));
    const record = await driveToEnd(bulk, batches[0]?.id ?? '');
    batches.push(await bulk.batches.retry(CALLER, id));
    expect(new Set(batches.map((batch: BatchObject) => batch.id)).size).toBe(1);
    expect([record.status, bulk.models.inputs.length]).toEqual(['completed', 2]);
  });

  it('makes another where the one before could not even be planned', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    const target = bulk.models.target('model/dev');
    bulk.models.remove('model/dev');
    const first = (await bulk.batches.retry(CALLER, id)).id;
    expect(await driveToEnd(bulk, first)).toMatchObject({ status: 'failed', errors: [{ code: 'model_not_found' }] });
    if (target !== undefined) bulk.models.put('model/dev', target);
    const second = (await bulk.batches.retry(CALLER, id)).id;
    expect(second).not.toBe(first);
    expect(await driveToEnd(bulk, second)).toMatchObject({ status: 'completed' });
  });

  it('goes on from a call that died, and begins anew where that was long ago', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    const left = newTimeOrderedId('batch_', bulk.clock.nowMs);
    await bulk.records.commitOnce(objectKeys.retry(TENANT, id, 0), { jobId: left });
    expect((await bulk.batches.retry(CALLER, id)).id).toBe(left);

    await bulk.store.delete([objectKeys.jobRecord(TENANT, left)]);
    bulk.clock.nowMs += 3_600_000;
    const { id: anew } = await bulk.batches.retry(CALLER, id);
    expect(anew).not.toBe(left);
    expect(await driveToEnd(bulk, anew)).toMatchObject({ status: 'completed', counts: { total: 2 } });
  });

  it('refuses a batch that runs, and one that has nothing to retry', async () => {
    const bulk = createTestBulk();
    const running = await startJob(bulk, requestLines(1));
    await expect(bulk.batches.retry(CALLER, running)).rejects.toMatchObject({ status: 400, param: 'id' });
    await driveToEnd(bulk, running);
    await expect(bulk.batches.retry(CALLER, running)).rejects.toMatchObject({ status: 400, param: 'id' });
    const refused = await startJob(bulk, [requestLine('a', 'x', 'nobody/dev')]);
    await expect(bulk.batches.retry(CALLER, refused)).rejects.toMatchObject({ status: 400, param: 'id' });
    await expect(bulk.batches.retry({ ...CALLER, tenant: 'other' }, running)).rejects.toMatchObject({ status: 404 });
  });

  it.each(['inputFileId', 'errorFileId'] as const)(
    'is not found when the %s is gone, and leaves nothing',
    async (file) => {
      const bulk = createTestBulk();
      const id = await endWithFailures(bulk);
      const record = await bulk.jobs.read(TENANT, id);
      await bulk.files.delete(TENANT, record[file] ?? '');
      await expect(bulk.batches.retry(CALLER, id)).rejects.toMatchObject({
        status: 404,
        message: /cannot be run again/,
      });
      expect(await listKeys(bulk, objectKeys.active)).toEqual([]);
      expect((await bulk.batches.list(TENANT, { limit: 5 })).data).toHaveLength(1);
    },
  );

  it('outlives a DELETE of what it is made of, and lets go of it in the end', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    const { inputFileId, errorFileId } = await bulk.jobs.read(TENANT, id);
    const batch = await bulk.batches.retry(CALLER, id);
    const sources = [inputFileId, errorFileId ?? ''];
    for (const fileId of sources) await bulk.files.delete(TENANT, fileId);
    expect(await driveToEnd(bulk, batch.id)).toMatchObject({ status: 'completed', counts: { completed: 2 } });
    for (const fileId of sources) expect(await listKeys(bulk, `t/${TENANT}/files/${fileId}/`)).toEqual([]);
    await bulk.files.delete(TENANT, batch.input_file_id);
    expect(await listKeys(bulk, `t/${TENANT}/files/${batch.input_file_id}/`)).toEqual([]);
  });

  it('fails with its reason when what it is made of goes before it is planned', async () => {
    const bulk = createTestBulk();
    const id = await endWithFailures(bulk);
    const { errorFileId } = await bulk.jobs.read(TENANT, id);
    const batch = await bulk.batches.retry(CALLER, id);
    await bulk.store.delete([objectKeys.fileContent(TENANT, errorFileId ?? '')]);
    expect(await driveToEnd(bulk, batch.id)).toMatchObject({ status: 'failed', errors: [{ code: 'file_not_found' }] });
  });

  it.each(FAULTS)('comes to one retry when any call of making or planning it meets %s', async (fault) => {
    for (let at = 1; ; at++) {
      const store = new MemoryObjectStore();
      const healthy = createTestBulk({ store });
      const id = await endWithFailures(healthy);
      const way = new FaultyStore(store, at, fault);
      const faulty = createTestBulk({ store: way, clock: healthy.clock, queue: healthy.queue });
      const work = async (): Promise<void> => {
        const batch = await faulty.batches.retry(CALLER, id);
        await faulty.planner.plan(TENANT, batch.id);
      };
      await Promise.race([work().catch(() => undefined), way.crashed]);
      const batch = await healthy.batches.retry(CALLER, id);
      const record = await driveToEnd(healthy, batch.id);
      expect(record).toMatchObject({ status: 'completed', counts: { total: 2, completed: 2, failed: 0 } });
      expect(healthy.models.inputs).toEqual(['text 1', 'text 4']);
      expect((await healthy.batches.list(TENANT, { limit: 10 })).data).toHaveLength(2);
      if (way.calls < at) break;
    }
  });

  it('takes a file as it comes, with line ends of its own', async () => {
    const bulk = createTestBulk();
    bulk.models.script = ({ attempt, ...call }) => {
      if (attempt === 1) throw failureOf('upstream_rejected');
      return answerOf({ ...call });
    };
    const lines = requestLines(3).map((line) => `${line}\r\n\n`);
    const content = streamOf(`\uFEFF${lines.join('')}`);
    const file = await bulk.files.create({ tenant: TENANT, filename: 'x.jsonl', purpose: 'batch', content });
    const request = { input_file_id: file.id, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
    const { id } = await bulk.batches.create(CALLER, request);
    await driveToEnd(bulk, id);
    const record = await driveToEnd(bulk, (await bulk.batches.retry(CALLER, id)).id);
    expect(await idsOf(bulk, record.outputFileId)).toEqual(['line-0', 'line-1', 'line-2']);
  });
});
