import type { DeferredCalls } from '#inference';
import type { Logger } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { RunningJobs } from '../chunks/running-jobs.js';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import type { AsyncMetrics } from './async-metrics.js';
import type { OutstandingCalls } from './outstanding-calls.port.js';

export interface AsyncChunksOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly models: BulkModels;
  readonly deferred: DeferredCalls;
  readonly outstanding: OutstandingCalls;
  readonly running: RunningJobs;
  readonly live: LiveCounts;
  readonly metrics: AsyncMetrics;
  /** Chunks per endpoint that are at it at once, over all workers. */
  readonly windowChunks: number;
  readonly checkpointMs: number;
  readonly checkpointBytes: number;
  readonly logger: Logger;
  onRetry(cause: string): void;
  readonly now?: () => number;
}
