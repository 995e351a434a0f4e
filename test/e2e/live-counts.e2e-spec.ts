import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLogger, createRedis, newId, type Redis } from '#platform';
import { RedisLiveCounts } from '../../libs/jobs/src/bullmq/redis-live-counts.js';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('live counts in Redis', () => {
  let redis: Redis;
  let live: RedisLiveCounts;
  beforeAll(async () => {
    redis = createRedis({ url: inject('redisUrl'), role: 'worker', commandTimeoutMs: 5000, logger });
    await redis.ping();
    live = new RedisLiveCounts(redis, { timeoutMs: 5000, logger });
  });
  afterAll(() => redis.disconnect());

  it('keep the last reason why a job waits, and forget it with the job', async () => {
    const jobId = newId('batch_');
    expect(await live.readWaiting(jobId)).toBeUndefined();
    await live.noteWaiting(jobId, { reason: 'an older one', atMs: 1000 });
    await live.noteWaiting(jobId, { reason: 'The model is busy: try later.', atMs: 2000 });
    expect(await live.readWaiting(jobId)).toEqual({ reason: 'The model is busy: try later.', atMs: 2000 });
    await live.forget(jobId);
    expect(await live.readWaiting(jobId)).toBeUndefined();
  });

  it('are read as they were set, a chunk once however often', async () => {
    const jobId = newId('batch_');
    await live.set(jobId, [{ chunk: 0, completed: 1, failed: 0 }]);
    await live.set(jobId, [
      { chunk: 0, completed: 3, failed: 1 },
      { chunk: 7, completed: 2, failed: 0 },
    ]);
    expect(await live.read(jobId, 10)).toEqual({ total: 10, completed: 5, failed: 1 });
    expect(await live.chunks(jobId)).toEqual(new Set([0, 7]));
    await live.forget(jobId);
  });

  it('are nothing where Redis is not there', async () => {
    const away = createRedis({ url: 'redis://127.0.0.1:1', role: 'producer', commandTimeoutMs: 50, logger });
    const none = new RedisLiveCounts(away, { timeoutMs: 50, logger });
    await none.noteWaiting('batch_1', { reason: 'nobody hears', atMs: 1 });
    expect(await none.readWaiting('batch_1')).toBeUndefined();
    away.disconnect();
  });
});
