import { describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import {
  createBatch,
  createTestBulk,
  failureOf,
  requestLines,
  runChunk,
  startJob,
  TENANT,
  uploadInput,
  type TestBulk,
} from '../testing/index.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };

async function createMixed(bulk: TestBulk, count: number): Promise<string[]> {
  const input_file_id = await uploadInput(bulk, requestLines(1));
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    bulk.clock.nowMs += 1;
    const created =
      index % 3 === 0
        ? await createBatch(bulk, input_file_id)
        : await bulk.jobsFace.create(CALLER, { type: 'embeddings', model: 'model/dev', input_file_id });
    ids.unshift(created.id);
  }
  return ids;
}

async function walk(bulk: TestBulk, limit: number): Promise<JobObject[]> {
  const found: JobObject[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await bulk.jobsFace.list(TENANT, { limit, ...(after === undefined ? {} : { after }) });
    found.push(...page.data);
    if (!page.has_more || page.last_id === null) return found;
    after = page.last_id;
  }
}

describe('StoredJobs', () => {
  it('lists batches and other jobs together, newest first, without gap and repetition', async () => {
    const bulk = createTestBulk();
    const ids = await createMixed(bulk, 20);
    for (const limit of [1, 2, 7, 19, 20, 100]) expect((await walk(bulk, limit)).map(({ id }) => id)).toEqual(ids);
    expect(await bulk.jobsFace.list('other', { limit: 5 })).toMatchObject({ data: [], has_more: false });
    await expect(bulk.jobsFace.list(TENANT, { limit: 5, after: 'file_1' })).rejects.toMatchObject({ param: 'after' });
  });

  it('tells with each look which write of the record it shows', async () => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(1)));
    const before = await bulk.jobsFace.look(TENANT, id);
    await bulk.jobsFace.cancel(TENANT, id);
    const after = await bulk.jobsFace.look(TENANT, id);
    expect([before.revision, before.job.status]).toEqual([1, 'validating']);
    expect([after.revision, after.job.status]).toEqual([2, 'cancelling']);
    expect(after.job).toEqual(await bulk.jobsFace.retrieve(TENANT, id));
    await expect(bulk.jobsFace.look('other', id)).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('gives a job and a batch the priority that was asked for, and the normal one without', async () => {
    const bulk = createTestBulk();
    const input_file_id = await uploadInput(bulk, requestLines(1));
    const batch = { input_file_id, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
    const job = { type: 'embeddings', model: 'model/dev', input_file_id } as const;

    const { id } = await bulk.batches.create(CALLER, { ...batch, priority: 'high' });
    expect(await bulk.jobsFace.retrieve(TENANT, id)).toMatchObject({ priority: 'high' });
    expect(await bulk.jobsFace.create(CALLER, { ...job, priority: 'low' })).toMatchObject({ priority: 'low' });
    expect(await bulk.jobsFace.create(CALLER, job)).toMatchObject({ priority: 'normal' });
  });

  it('shows jobs that are no batch to nobody who asks for batches', async () => {
    const bulk = createTestBulk();
    const ids = await createMixed(bulk, 9);
    const listed = await bulk.batches.list(TENANT, { limit: 100 });
    expect(listed.data.map(({ id }) => id)).toEqual(ids.filter((id) => id.startsWith('batch_')));
    const job = ids.find((id) => id.startsWith('job_')) ?? '';
    await expect(bulk.batches.retrieve(TENANT, job)).rejects.toMatchObject({ reason: 'not_found' });
    await expect(bulk.batches.results(TENANT, job, {})).rejects.toMatchObject({ reason: 'not_found' });
  });

  it("hides other tenants' jobs", async () => {
    const bulk = createTestBulk();
    const [id = ''] = await createMixed(bulk, 2);
    for (const call of [
      bulk.jobsFace.retrieve('other', id),
      bulk.jobsFace.cancel('other', id),
      bulk.jobsFace.retry({ ...CALLER, tenant: 'other' }, id),
      bulk.jobsFace.results('other', id, {}),
    ]) {
      await expect(call).rejects.toMatchObject({ reason: 'not_found', message: `No such Job object: ${id}` });
    }
  });

  it('shows a batch as the job that it is, with the speed at which it was seen to move', async () => {
    const bulk = createTestBulk({ chunkLines: 3 });
    const id = await startJob(bulk, requestLines(6));
    await runChunk(bulk, id, 0);
    const job = await bulk.jobsFace.retrieve(TENANT, id);
    expect(job).toMatchObject({ id, type: 'batch', status: 'in_progress', progress: { total: 6, done: 3, failed: 0 } });
    expect(job.progress.per_second).toBeGreaterThan(0);
    expect(job.progress.eta_seconds).toBeGreaterThan(0);
  });

  it('says why a job waits, as its worker saw it', async () => {
    const bulk = createTestBulk();
    const id = await startJob(bulk, requestLines(2));
    bulk.models.script = () => {
      throw failureOf('model_not_found');
    };
    bulk.models.remove('model/dev');
    expect(await runChunk(bulk, id, 0)).toMatchObject({ kind: 'later' });
    const { progress, waiting } = await bulk.jobsFace.retrieve(TENANT, id);
    expect(progress).toMatchObject({ done: 0, eta_seconds: null });
    expect(waiting?.reason).toContain('not in the catalog');
  });
});
