import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateBatchDto } from '#contracts';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import {
  createBatch,
  createTestBulk,
  driveToEnd,
  listKeys,
  requestLines,
  startJob,
  streamOf,
  TENANT,
  until,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };

function requestOf(inputFileId: string, more: Partial<CreateBatchDto> = {}): CreateBatchDto {
  return { input_file_id: inputFileId, endpoint: '/v1/embeddings', completion_window: '24h', ...more };
}

async function leftovers(bulk: TestBulk): Promise<string[]> {
  const keys = [...(await listKeys(bulk, 't/')), ...(await listKeys(bulk, objectKeys.active))];
  return keys.filter((key) => key.includes('batch_'));
}

describe('StoredBatches.create', () => {
  it('accepts a batch and tells the queue', async () => {
    const bulk = createTestBulk();
    const inputFileId = await uploadInput(bulk, requestLines(2));
    const batch = await bulk.batches.create(
      CALLER,
      requestOf(inputFileId, { metadata: { a: 'b' }, output_expires_after: { anchor: 'created_at', seconds: 7200 } }),
    );
    const createdAt = Math.floor(bulk.clock.nowMs / 1000);
    expect(batch).toMatchObject({
      object: 'batch',
      status: 'validating',
      input_file_id: inputFileId,
      endpoint: '/v1/embeddings',
      completion_window: '24h',
      created_at: createdAt,
      expires_at: createdAt + 86_400,
      metadata: { a: 'b' },
    });
    expect(await bulk.batches.retrieve(TENANT, batch.id)).toEqual(batch);
    expect(await bulk.jobs.read(TENANT, batch.id)).toMatchObject({ keyId: 'key-1', outputExpiresAfterSeconds: 7200 });
    await until(() => bulk.queue.hints.length > 0);
    expect(bulk.queue.takeControl()).toEqual({ version: 1, task: 'plan', tenant: TENANT, jobId: batch.id });
    expect(bulk.queue.hints).toEqual([{ kind: 'created', tenant: TENANT, jobId: batch.id }]);
  });

  it('accepts a batch while the queue is away, and runs it when the queue is back', async () => {
    const bulk = createTestBulk();
    bulk.queue.away = true;
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(3)));
    await expect(bulk.sweeper.sweep()).rejects.toMatchObject({ reason: 'queue_unavailable' });
    bulk.queue.away = false;
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'completed', counts: { total: 3, completed: 3 } });
  });

  it('refuses a file that is not there, or is not its own, and leaves nothing behind', async () => {
    const bulk = createTestBulk();
    const inputFileId = await uploadInput(bulk, requestLines(1), 'other');
    for (const id of [inputFileId, `file-${'x'.repeat(21)}`, '../../other', '']) {
      await expect(bulk.batches.create(CALLER, requestOf(id))).rejects.toMatchObject({
        reason: 'not_found',
        param: 'input_file_id',
      });
    }
    expect(await leftovers(bulk)).toEqual([]);
    expect((await bulk.files.retrieve('other', inputFileId)).id).toBe(inputFileId);
  });

  it('refuses a file of another purpose, and leaves the file as it was', async () => {
    const bulk = createTestBulk();
    const content = streamOf('x');
    const file = await bulk.files.create({ tenant: TENANT, filename: 'x.png', purpose: 'vision', content });
    await expect(bulk.batches.create(CALLER, requestOf(file.id))).rejects.toMatchObject({
      reason: 'invalid_value',
      param: 'input_file_id',
    });
    expect(await leftovers(bulk)).toEqual([]);
    expect(await listKeys(bulk, objectKeys.fileContent(TENANT, file.id))).toHaveLength(1);
  });

  it('refuses every batch on a store that does not keep its conditional writes, and says why', async () => {
    const bulk = createTestBulk({ refusal: () => 'The store is not safe.' });
    const inputFileId = await uploadInput(bulk, requestLines(1));
    await expect(bulk.batches.create(CALLER, requestOf(inputFileId))).rejects.toMatchObject({
      reason: 'bulk_unavailable',
      message: 'The store is not safe.',
      status: 503,
    });
    expect(await leftovers(bulk)).toEqual([]);
  });

  it('makes two batches of two equal creates', async () => {
    const bulk = createTestBulk();
    const inputFileId = await uploadInput(bulk, requestLines(1));
    const [one, two] = await Promise.all([createBatch(bulk, inputFileId), createBatch(bulk, inputFileId)]);
    expect(one.id).not.toBe(two.id);
  });
});

describe('StoredBatches.retrieve', () => {
  it("hides other tenants' batches, and knows no id that is none", async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const id = await startJob(bulk, requestLines(1));
    await expect(bulk.batches.retrieve('other', id)).rejects.toMatchObject({ reason: 'not_found' });
    await expect(bulk.batches.cancel('other', id)).rejects.toMatchObject({ reason: 'not_found' });
    store.failNext('get', 100);
    for (const bad of ['', 'batch_', '../x', `${id}/x`, id.toUpperCase()]) {
      await expect(bulk.batches.retrieve(TENANT, bad)).rejects.toMatchObject({ reason: 'not_found' });
    }
  });

  it('shows live counts while the batch runs, and never more than a poll costs', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(4));
    await bulk.live.set(id, [{ chunk: 0, completed: 2, failed: 0 }]);
    await bulk.live.set(id, [{ chunk: 1, completed: 0, failed: 1 }]);
    const batch = await bulk.batches.retrieve(TENANT, id);
    expect(batch).toMatchObject({ status: 'in_progress', request_counts: { total: 4, completed: 2, failed: 1 } });
  });
});

describe('StoredBatches.cancel', () => {
  it('cancels a running batch, and says the same when it is asked again', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    const first = await bulk.batches.cancel(TENANT, id);
    expect(first).toMatchObject({ status: 'cancelling', cancelling_at: Math.floor(bulk.clock.nowMs / 1000) });
    bulk.clock.nowMs += 60_000;
    expect(await bulk.batches.cancel(TENANT, id)).toEqual(first);
    await until(() => bulk.queue.hints.some(({ kind }) => kind === 'cancelled'));
    expect([...bulk.queue.control.values()]).toContainEqual({ version: 1, task: 'finish', tenant: TENANT, jobId: id });
  });

  it('refuses to cancel a batch that has ended', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    const ended = await driveToEnd(bulk, id);
    await expect(bulk.batches.cancel(TENANT, id)).rejects.toMatchObject({ reason: 'invalid_request', status: 400 });
    expect(await bulk.jobs.read(TENANT, id)).toEqual(ended);
  });

  it('lets a batch complete that was being finished already', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    await bulk.jobs.apply(TENANT, id, { kind: 'ending', outcome: 'completed' });
    expect(await bulk.batches.cancel(TENANT, id)).toMatchObject({ status: 'finalizing' });
    expect((await bulk.jobs.read(TENANT, id)).outcome).toBe('completed');
  });

  it('takes effect though the queue is away', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    bulk.queue.away = true;
    expect(await bulk.batches.cancel(TENANT, id)).toMatchObject({ status: 'cancelling' });
    bulk.queue.away = false;
    bulk.queue.empty();
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'cancelled' });
  });
});
