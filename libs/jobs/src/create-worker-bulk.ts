import type { AudioDecoder } from '#audio';
import type { ChunkPayload, ControlPayload, JobHint } from '#contracts';
import type { Inference } from '#inference';
import { createRedis, type Logger, type Redis, type Registry } from '#platform';
import { probeConditionalWrites, RecordStore, type ObjectStore } from '#storage';
import { AsyncChunks } from './async-chunks/async-chunks.js';
import { AsyncMetrics } from './async-chunks/async-metrics.js';
import { chooseVia } from './async-chunks/choose-via.js';
import { BulkHealth } from './bulk-health.js';
import { createBulkMetrics } from './bulk-metrics.js';
import type { BulkCheck } from './bulk.types.js';
import { BullmqJobQueue } from './bullmq/bullmq-job-queue.js';
import { HintListener } from './bullmq/hint-listener.js';
import { RedisLeaderLock } from './bullmq/redis-leader-lock.js';
import { RedisLiveCounts } from './bullmq/redis-live-counts.js';
import { RedisOutstandingCalls } from './bullmq/redis-outstanding-calls.js';
import { EndpointRegistry } from './chunks/endpoint-registry.js';
import { ChunkRunner, type ChunkResult } from './chunks/run-chunk.js';
import { RunningJobs } from './chunks/running-jobs.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { StoredFiles } from './files/stored-files.js';
import { JobFinisher } from './finish/finish-job.js';
import type { WorkerBulkConfig } from './jobs.config.js';
import { CatalogModels } from './models/catalog-models.js';
import type { BulkTarget } from './models/bulk-models.port.js';
import { createPackMetrics } from './packs/pack-metrics.js';
import { JobPlanner, type JobPlannerOptions } from './plan/plan-job.js';
import { PlanReader } from './plan/plan-reader.js';
import { JobRecords } from './records/job-records.js';
import { LeaderLoop } from './sweep/leader-loop.js';
import { Sweeper } from './sweep/sweeper.js';
import { ControlTasks, type ControlResult } from './control-tasks.js';

export interface WorkerBulkOptions {
  readonly config: WorkerBulkConfig;
  readonly store: ObjectStore;
  readonly inference: Inference;
  /** Absent where this machine has none: then recordings wait for a worker that has one. */
  readonly decoder: AudioDecoder | undefined;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** The worker's side of bulk: what processors call, and the timers that keep jobs going. */
export interface WorkerBulk {
  /** Endpoints that models of the catalog stand on now; a catalog that is refreshed changes them. */
  targets(): readonly BulkTarget[];
  /** Connection for BullMQ workers: it waits for Redis instead of failing. */
  readonly connection: Redis;
  runChunk(payload: ChunkPayload, stop: AbortSignal): Promise<ChunkResult>;
  runControl(payload: ControlPayload): Promise<ControlResult>;
  /** Resolves once the store was reached and found safe. @throws GatewayError `bulk_unavailable` when it is not safe. */
  waitUntilSafe(signal: AbortSignal): Promise<void>;
  start(): void;
  /** Ends the timers first, so that nothing new is dispatched while chunks are handed back. */
  stopDispatching(): Promise<void>;
  checks(): readonly BulkCheck[];
  close(): Promise<void>;
}

export function createWorkerBulk(options: WorkerBulkOptions): WorkerBulk {
  const { config, store, logger } = options;
  const timeoutMs = config.redisTimeoutMs;
  const connect = (role: 'producer' | 'worker'): Redis =>
    createRedis({ url: config.redisUrl, role, commandTimeoutMs: timeoutMs, logger });
  const redis = connect('producer');
  const connection = connect('worker');
  const subscription = connect('worker');
  const metrics = createBulkMetrics(options.registry);
  const queue = new BullmqJobQueue(redis, { timeoutMs, logger });
  const live = new RedisLiveCounts(redis, { timeoutMs, logger });
  const records = new RecordStore(store);
  const jobs = new JobRecords(store, records);
  const plans = new PlanReader(records);
  const models = new CatalogModels(options.inference, store, config);
  const running = new RunningJobs();
  const files = new StoredFiles({ store, records, batchFileSeconds: config.batchFileSeconds });
  const { deferred } = options.inference;
  const onRetry = (cause: string): void => metrics.retry(cause);
  const asyncChunks =
    deferred === undefined
      ? undefined
      : new AsyncChunks({
          ...config,
          store,
          records,
          models,
          deferred,
          running,
          live,
          logger,
          onRetry,
          outstanding: new RedisOutstandingCalls(redis, { timeoutMs, logger }),
          metrics: new AsyncMetrics(options.registry),
        });
  const chooseWay: NonNullable<JobPlannerOptions['chooseVia']> = ({ model, lines, deadlineMs }) =>
    chooseVia({
      way: deferred?.way(model),
      concurrency: models.target(model)?.concurrency ?? 1,
      lines,
      leftMs: deadlineMs - Date.now(),
    });
  const parts = {
    decoder: options.decoder,
    asyncChunks,
    chooseVia: chooseWay,
    store,
    records,
    jobs,
    plans,
    models,
    queue,
    live,
    files,
    running,
    logger,
    ...config,
  };
  const runner = new ChunkRunner({
    ...parts,
    endpoints: new EndpointRegistry(),
    onRetry,
    packs: createPackMetrics(options.registry),
  });
  const control = new ControlTasks({ planner: new JobPlanner(parts), finisher: new JobFinisher(parts), queue, logger });
  const dispatcher = new Dispatcher(parts);
  const sweeper = new Sweeper({ jobs, files, queue, dispatcher, logger });
  const lock = new RedisLeaderLock(redis, timeoutMs);
  const leader = new LeaderLoop({
    lock,
    sweeper,
    dispatcher,
    sweepMs: config.sweepMs,
    logger,
    onSweep: (result) => metrics.swept(result),
  });
  const onHint = (hint: JobHint): void => {
    if (hint.kind === 'cancelled') running.stop(hint.jobId);
    leader.hint(hint);
  };
  const listener = new HintListener(subscription, { logger, onHint });
  const health = new BulkHealth({ store, redis, timeoutMs, logger, probe: probeConditionalWrites });
  return {
    targets: () => models.targets(),
    connection,
    runChunk: async (payload, stop) => {
      const result = await runner.run(payload, stop);
      metrics.chunk(result.kind);
      if (result.kind === 'committed') await control.announce({ kind: 'committed', ...payload });
      return result;
    },
    runControl: async (payload) => await control.run(payload),
    waitUntilSafe: async (signal) => await health.waitUntilSafe(signal),
    start: () => {
      health.start();
      void listener
        .start()
        .catch((error: unknown) => logger.warn({ error }, 'hints cannot be heard; sweeps go on without'));
      leader.start();
    },
    stopDispatching: async () => await leader.stop(),
    checks: () => health.checks(),
    close: async () => {
      health.stop();
      await queue.close();
      for (const client of [redis, connection, subscription]) client.disconnect();
    },
  };
}
