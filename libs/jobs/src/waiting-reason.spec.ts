import { describe, expect, it } from 'vitest';
import { createTestBulk, driveToEnd, readRows, requestLines, runChunk, startJob } from './testing/index.js';

const DAY_MS = 86_400_000;

describe('A job that has to wait', () => {
  it('says why, and once it has expired so do its record and the lines that were not done', async () => {
    const bulk = createTestBulk({ chunkLines: 2 });
    const jobId = await startJob(bulk, requestLines(4));
    await runChunk(bulk, jobId, 0);
    bulk.models.remove('model/dev');
    expect(await runChunk(bulk, jobId, 1)).toMatchObject({ kind: 'later' });
    expect((await bulk.live.readWaiting(jobId))?.reason).toMatch(/not in the catalog any more/);

    bulk.clock.nowMs += DAY_MS;
    const record = await driveToEnd(bulk, jobId);
    const why = expect.stringMatching(/expired.*not in the catalog any more/) as string;
    expect(record).toMatchObject({ status: 'expired', errors: [{ code: 'batch_expired', message: why }] });
    const rows = await readRows(bulk, record.errorFileId);
    expect(rows.map(({ error }) => error)).toEqual([
      { code: 'batch_expired', message: why },
      { code: 'batch_expired', message: why },
    ]);
    expect(await bulk.live.readWaiting(jobId)).toBeUndefined();
  });

  it('expires without a reason where none is known', async () => {
    const bulk = createTestBulk();
    const jobId = await startJob(bulk, requestLines(2));
    bulk.clock.nowMs += DAY_MS;
    expect(await driveToEnd(bulk, jobId)).toMatchObject({ status: 'expired', errors: null });
  });
});
