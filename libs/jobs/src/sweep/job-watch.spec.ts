import { describe, expect, it } from 'vitest';
import { createLogger } from '#platform';
import { MemoryLiveCounts } from '../testing/memory-live-counts.js';
import { createBatch, createTestBulk, newJobRecord, requestLines, startJob, uploadInput } from '../testing/index.js';
import { JobWatch } from './job-watch.js';

const STUCK_MS = 900_000;

function createWatch() {
  const clock = { nowMs: 1_000_000 };
  const live = new MemoryLiveCounts();
  const inTurn = { waits: false };
  const warnings: object[] = [];
  const logger = createLogger({ name: 'test', level: 'silent' });
  logger.warn = (facts: unknown): void => void warnings.push(facts as object);
  const watch = new JobWatch({
    live,
    stuckMs: STUCK_MS,
    waitsInTurn: () => inTurn.waits,
    logger,
    now: () => clock.nowMs,
  });
  return { clock, live, inTurn, warnings, watch };
}

describe('JobWatch', () => {
  const job = newJobRecord({ status: 'in_progress', model: 'model/dev', total: 10 });

  it('counts a job as stuck that has made no progress for a while, and says once why', async () => {
    const { clock, live, warnings, watch } = createWatch();
    await live.noteWaiting(job.id, { reason: 'the endpoint throttles', atMs: clock.nowMs });
    expect(await watch.judge([job])).toEqual({ byStatus: { in_progress: 1 }, stuck: 0 });
    clock.nowMs += STUCK_MS;
    expect((await watch.judge([job])).stuck).toBe(1);
    clock.nowMs += STUCK_MS;
    expect((await watch.judge([job])).stuck).toBe(1);
    expect(warnings).toEqual([
      expect.objectContaining({ jobId: job.id, minutes: 15, reason: 'the endpoint throttles' }),
    ]);
  });

  it('takes each finished line for progress', async () => {
    const { clock, live, watch } = createWatch();
    await watch.judge([job]);
    for (let line = 1; line < 4; line++) {
      clock.nowMs += STUCK_MS - 1;
      await live.set(job.id, [{ chunk: 0, completed: line, failed: 0 }]);
      expect((await watch.judge([job])).stuck).toBe(0);
    }
    clock.nowMs += STUCK_MS;
    expect((await watch.judge([job])).stuck).toBe(1);
    await live.set(job.id, [{ chunk: 0, completed: 3, failed: 1 }]);
    expect((await watch.judge([job])).stuck).toBe(0);
  });

  it('does not blame a job that waits for its turn', async () => {
    const { clock, inTurn, watch } = createWatch();
    inTurn.waits = true;
    await watch.judge([job]);
    clock.nowMs += 2 * STUCK_MS;
    expect((await watch.judge([job])).stuck).toBe(0);
  });

  it('sees also a job that is not planned, or not wound up', async () => {
    const { clock, watch } = createWatch();
    const records = [newJobRecord({ id: 'a' }), newJobRecord({ id: 'b', status: 'finalizing' })];
    await watch.judge(records);
    clock.nowMs += STUCK_MS;
    expect(await watch.judge(records)).toEqual({ byStatus: { validating: 1, finalizing: 1 }, stuck: 2 });
  });

  it('is told by a sweep of all live jobs', async () => {
    const bulk = createTestBulk();
    await startJob(bulk, requestLines(2));
    await createBatch(bulk, await uploadInput(bulk, requestLines(1)));
    expect(await bulk.sweeper.sweep()).toEqual({ jobs: 2, byStatus: { validating: 1, in_progress: 1 }, stuck: 0 });
  });

  it('knows from the dispatcher which jobs others of their tenant go before', async () => {
    const bulk = createTestBulk({ windowChunks: 2 });
    const first = await startJob(bulk, requestLines(20));
    bulk.clock.nowMs += 1000;
    const second = await startJob(bulk, requestLines(20));
    await bulk.sweeper.sweep();
    expect([bulk.dispatcher.waitsInTurn(first), bulk.dispatcher.waitsInTurn(second)]).toEqual([false, true]);
    expect([...bulk.dispatcher.windowAges()]).toEqual([{ endpoint: 'gpu', ageMs: expect.any(Number) }]);
  });
});
