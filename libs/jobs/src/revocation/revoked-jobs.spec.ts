import { describe, expect, it } from 'vitest';
import { createTestBulk, driveToEnd, requestLines, runChunk, startJob, TENANT, uploadInput } from '../testing/index.js';
import { RevokedJobs } from './revoked-jobs.js';

const REVOKED = new Set(['key-1']);

async function createAs(bulk: ReturnType<typeof createTestBulk>, keyId: string, tenant = TENANT): Promise<string> {
  const inputFileId = await uploadInput(bulk, requestLines(4), tenant);
  const request = { input_file_id: inputFileId, endpoint: '/v1/embeddings', completion_window: '24h' } as const;
  const { id } = await bulk.batches.create({ tenant, keyId }, request);
  await bulk.planner.plan(tenant, id);
  return id;
}

describe('RevokedJobs', () => {
  it('ends the jobs of a revoked key cancelled, says why, and keeps the lines that were finished', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(4));
    await runChunk(bulk, jobId, 0);
    expect(await new RevokedJobs(bulk).stop(TENANT, REVOKED)).toEqual([jobId]);
    bulk.queue.chunks.clear();
    expect(await driveToEnd(bulk, jobId)).toMatchObject({
      status: 'cancelled',
      counts: { total: 4, completed: 2, failed: 2 },
      errors: [{ code: 'key_revoked' }],
    });
  });

  it('touches no job of another key or another tenant', async () => {
    const bulk = createTestBulk();
    const [other, elsewhere] = [await createAs(bulk, 'key-2'), await createAs(bulk, 'key-1', 'other')];
    expect(await new RevokedJobs(bulk).stop(TENANT, REVOKED)).toEqual([]);
    expect((await bulk.jobs.read(TENANT, other)).status).toBe('in_progress');
    expect((await bulk.jobs.read('other', elsewhere)).status).toBe('in_progress');
  });

  it('changes nothing when it is done again, also by another process', async () => {
    const bulk = createTestBulk();
    const jobId = await createAs(bulk, 'key-1');
    const first = new RevokedJobs(bulk);
    await first.stop(TENANT, REVOKED);
    const record = await bulk.jobs.read(TENANT, jobId);
    expect(await first.stop(TENANT, REVOKED)).toEqual([]);
    expect(await new RevokedJobs(bulk).stop(TENANT, REVOKED)).toEqual([]);
    expect(await bulk.jobs.read(TENANT, jobId)).toEqual(record);
  });

  it('finds a job that was created while it looked when it looks again', async () => {
    const bulk = createTestBulk();
    const revoked = new RevokedJobs(bulk);
    await revoked.stop(TENANT, REVOKED);
    const late = await createAs(bulk, 'key-1');
    expect(await revoked.stop(TENANT, REVOKED)).toEqual([late]);
  });

  it('stops jobs also while the queue is away', async () => {
    const bulk = createTestBulk();
    const jobId = await createAs(bulk, 'key-1');
    bulk.queue.away = true;
    expect(await new RevokedJobs(bulk).stop(TENANT, REVOKED)).toEqual([jobId]);
    expect((await bulk.jobs.read(TENANT, jobId)).status).toBe('cancelling');
  });
});
