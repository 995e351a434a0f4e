import type { WorkerOptions } from 'bullmq';
import type { Redis } from '#platform';

/**
 * A killed worker's jobs run elsewhere within lock + stalled check = 15 s. How often a job may stall is not BullMQ's to
 * judge: deaths are counted durably, per chunk.
 */
export function workerOptions(connection: Redis, concurrency: number): WorkerOptions {
  return {
    connection,
    concurrency,
    lockDuration: 10_000,
    stalledInterval: 5000,
    maxStalledCount: 1_000_000,
    drainDelay: 5,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    autorun: false,
  };
}
