import type { Logger } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { PackObserver } from '../packs/run-packs.js';
import type { PlanReader } from '../plan/plan-reader.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import type { JobRecords } from '../records/job-records.js';
import type { EndpointRegistry } from './endpoint-registry.js';
import type { ChunkContext } from './job-context.js';
import type { ChunkResult } from './chunk-result.js';
import type { RunningJobs } from './running-jobs.js';
import type { WasteCause } from './waste-causes.js';

export interface ChunkRunnerOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly plans: PlanReader;
  readonly models: BulkModels;
  readonly endpoints: EndpointRegistry;
  readonly running: RunningJobs;
  readonly live: LiveCounts;
  readonly checkpointMs: number;
  readonly checkpointBytes: number;
  readonly logger: Logger;
  onRetry(cause: string): void;
  readonly packs?: PackObserver;
  /** Told of model calls whose answers count for nothing, by why. */
  onWaste(cause: WasteCause, calls: number): void;
  /** Told of a chunk that shares rows which others of its job may wait for. */
  onShared?(chunk: ChunkContext): Promise<void>;
  /** Takes chunks whose calls go to asynchronous endpoints. */
  readonly asyncChunks?: { take(context: ChunkContext, stop: AbortSignal): Promise<ChunkResult | undefined> };
  readonly now?: () => number;
}
