import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../storage/src/testing/index.js';
import { createBatch, createTestBulk, requestLines, runChunk, startJob, TENANT, uploadInput } from './testing/index.js';

describe('ControlTasks', () => {
  it('plans a job and tells the dispatching worker', async () => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(2)));
    const payload = { version: 1, task: 'plan', tenant: TENANT, jobId: id } as const;
    expect(await bulk.control.run(payload)).toEqual({ kind: 'done' });
    expect((await bulk.jobs.read(TENANT, id)).status).toBe('in_progress');
    expect(bulk.queue.hints.at(-1)).toEqual({ kind: 'created', tenant: TENANT, jobId: id });
  });

  it('finishes a job, and comes again while its workers are still at it', async () => {
    const bulk = createTestBulk({ sealGraceMs: 10_000 });
    const jobId = await startJob(bulk, requestLines(2));
    await bulk.store.put(`t/${TENANT}/jobs/${jobId}/data/000000/begun/dead`, '');
    await bulk.batches.cancel(TENANT, jobId);
    const payload = { version: 1, task: 'finish', tenant: TENANT, jobId } as const;
    expect(await bulk.control.run(payload)).toEqual({ kind: 'later', delayMs: 500 });
    bulk.clock.nowMs += 10_000;
    expect(await bulk.control.run(payload)).toEqual({ kind: 'done' });
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('cancelled');
  });

  it('comes again later while the store is away, and throws what no rule foresees', async () => {
    const store = new MemoryObjectStore();
    const bulk = createTestBulk({ store });
    const jobId = await startJob(bulk, requestLines(1));
    await runChunk(bulk, jobId, 0);
    const payload = { version: 1, task: 'finish', tenant: TENANT, jobId } as const;
    store.failNext('get');
    expect(await bulk.control.run(payload)).toEqual({ kind: 'later', delayMs: 2000 });
    await store.put(`t/${TENANT}/records/jobs/${jobId}`, 'no JSON');
    await expect(bulk.control.run(payload)).rejects.toMatchObject({ reason: 'internal_error' });
  });

  it('does its work though nobody can be told', async () => {
    const bulk = createTestBulk();
    const { id } = await createBatch(bulk, await uploadInput(bulk, requestLines(2)));
    bulk.queue.away = true;
    expect(await bulk.control.run({ version: 1, task: 'plan', tenant: TENANT, jobId: id })).toEqual({ kind: 'done' });
  });
});
