import { describe, expect, it } from 'vitest';
import { createTestBulk, FaultyStore, requestLines, startJob, TENANT } from '../testing/index.js';

describe('PlanReader', () => {
  it('reads each plan once', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    const counted = new FaultyStore(bulk.store);
    const { plans } = createTestBulk({ store: counted });
    expect(await plans.read(TENANT, jobId)).toMatchObject({ jobId, total: 2 });
    expect(await plans.read(TENANT, jobId)).toMatchObject({ jobId });
    expect(counted.calls).toBe(1);
  });

  it('asks again for a plan that was not there', async () => {
    const bulk = createTestBulk();
    const { plans } = bulk;
    const jobId = `batch_${'0'.repeat(21)}`;
    expect(await plans.read(TENANT, jobId)).toBeUndefined();
    await bulk.records.create(`t/${TENANT}/jobs/${jobId}/plan`, { jobId, chunks: [] });
    expect(await plans.read(TENANT, jobId)).toMatchObject({ jobId });
  });

  it('lets go of the plan that was not used for the longest time', async () => {
    const counted = new FaultyStore(createTestBulk().store);
    const { plans, records } = createTestBulk({ store: counted });
    const ids = Array.from({ length: 51 }, (_, index) => `batch_${index}`);
    for (const jobId of ids) await records.create(`t/${TENANT}/jobs/${jobId}/plan`, { jobId, chunks: [] });
    for (const jobId of ids.slice(0, 50)) await plans.read(TENANT, jobId);
    await plans.read(TENANT, 'batch_0');
    await plans.read(TENANT, 'batch_50');
    const before = counted.calls;
    await plans.read(TENANT, 'batch_0');
    expect(counted.calls).toBe(before);
    await plans.read(TENANT, 'batch_1');
    expect(counted.calls).toBe(before + 1);
  });
});
