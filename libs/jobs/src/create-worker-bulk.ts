import type { AudioDecoder } from '#audio';
import type { ChunkPayload, ControlPayload, JobHint } from '#contracts';
import type { Inference } from '#inference';
import { createRedis, OutboundClient, type Logger, type Redis, type Registry } from '#platform';
import { probeConditionalWrites, RecordStore, type ObjectExchange, type ObjectStore } from '#storage';
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
import type { ChunkResult } from './chunks/chunk-result.js';
import { ChunkRunner } from './chunks/run-chunk.js';
import { RunningJobs } from './chunks/running-jobs.js';
import { DeskRegistry, type QueuePlace } from './dispatch/desk-registry.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { StoredFiles } from './files/stored-files.js';
import { JobFinisher } from './finish/finish-job.js';
import { GarbageCollector } from './garbage/garbage-collector.js';
import { GarbageLoop } from './garbage/garbage-loop.js';
import type { WorkerBulkConfig } from './jobs.config.js';
import { CatalogModels } from './models/catalog-models.js';
import type { BulkTarget } from './models/bulk-models.port.js';
import { createPackMetrics } from './packs/pack-metrics.js';
import { JobPlanner, type JobPlannerOptions } from './plan/plan-job.js';
import { PlanReader } from './plan/plan-reader.js';
import { JobRecords } from './records/job-records.js';
import { SharedNews } from './repeats/shared-news.js';
import { takeWhenReady } from './repeats/take-when-ready.js';
import { S3Inputs } from './recordings/s3-inputs.js';
import { UrlInputs } from './recordings/url-inputs.js';
import { removeAbandonedSpools } from './recordings/spool-file.js';
import { registerCapacityMetrics } from './sharing/capacity-metrics.js';
import { RedisCapacityBoard } from './sharing/redis-capacity-board.js';
import { ShareKeeper } from './sharing/share-keeper.js';
import { JobWatch } from './sweep/job-watch.js';
import { LeaderLoop } from './sweep/leader-loop.js';
import { Sweeper } from './sweep/sweeper.js';
import { createDeliveries } from './webhooks/create-deliveries.js';
import { WebhookOutbox } from './webhooks/webhook-outbox.js';
import { ControlTasks, type ControlResult } from './control-tasks.js';

export interface WorkerBulkOptions {
  readonly config: WorkerBulkConfig;
  readonly store: ObjectStore;
  /** The way to objects of other buckets. */
  readonly exchange: ObjectExchange;
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
  /** Chunks of one endpoint that a worker may have taken at once, most of which wait for their turn. */
  readonly chunkPlaces: number;
  runChunk(from: QueuePlace, payload: ChunkPayload, stop: AbortSignal): Promise<ChunkResult>;
  runControl(payload: ControlPayload): Promise<ControlResult>;
  /** Resolves once the store was reached and found safe. @throws GatewayError `bulk_unavailable` when it is not safe. */
  waitUntilSafe(signal: AbortSignal): Promise<void>;
  start(): void;
  /** Ends the timers first, so that nothing new is dispatched while chunks are handed back. */
  stopDispatching(): Promise<void>;
  checks(): readonly BulkCheck[];
  close(): Promise<void>;
}

/** Each tenant that joins makes the others' share of the window smaller, but what they have in it already stays. */
const WINDOWS_HELD = 4;
/** Tenants beyond the first that get a desk at once, and what that may cost in memory. */
const EXTRA_DESKS = 6;
/** A change of desks costs a checkpoint and reading the chunk's input again, some tens of milliseconds. */
const DESK_SLICE_MS = 5000;

export function createWorkerBulk(options: WorkerBulkOptions): WorkerBulk {
  const { config, store, logger } = options;
  const timeoutMs = config.redisTimeoutMs;
  const connect = (role: 'producer' | 'worker'): Redis =>
    createRedis({ url: config.redisUrl, role, commandTimeoutMs: timeoutMs, logger });
  const redis = connect('producer');
  const connection = connect('worker');
  const subscription = connect('worker');
  const queue = new BullmqJobQueue(redis, { timeoutMs, logger });
  const live = new RedisLiveCounts(redis, { timeoutMs, logger });
  const records = new RecordStore(store);
  const jobs = new JobRecords(store, records);
  const plans = new PlanReader(records);
  const models = new CatalogModels(options.inference, store, { ...config, decoder: options.decoder });
  const running = new RunningJobs();
  const files = new StoredFiles({ store, records, batchFileSeconds: config.batchFileSeconds });
  const metrics = createBulkMetrics(options.registry);
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
  const outbound = new OutboundClient(config.outbound);
  const parts = {
    decoder: options.decoder,
    s3Inputs: new S3Inputs(config.s3InputRules, options.exchange),
    urlInputs: new UrlInputs({ ...config, store, outbound }),
    asyncChunks,
    outbox: new WebhookOutbox({ store, records }),
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
  const shares = new ShareKeeper({ board: new RedisCapacityBoard(redis, timeoutMs), logger });
  registerCapacityMetrics(options.registry, () => shares.latest());
  const news = new SharedNews();
  const runner = new ChunkRunner({
    ...parts,
    endpoints: new EndpointRegistry(shares),
    onRetry,
    packs: createPackMetrics(options.registry),
    onShared: async ({ record, chunk }) => {
      news.tell({ jobId: record.id, chunk });
      await control.announce({ kind: 'shared', tenant: record.tenant, jobId: record.id, chunk });
    },
    onWaste: (cause, calls) => metrics.waste(cause, calls),
  });
  const control = new ControlTasks({
    planner: new JobPlanner(parts),
    finisher: new JobFinisher({ ...parts, onEnded: (status) => metrics.ended(status) }),
    queue,
    logger,
  });
  const desks = new DeskRegistry({
    base: config.chunksPerEndpoint,
    most: config.chunksPerEndpoint + EXTRA_DESKS,
    sliceMs: DESK_SLICE_MS,
  });
  const dispatcher = new Dispatcher(parts);
  const watch = new JobWatch({ ...parts, waitsInTurn: (jobId) => dispatcher.waitsInTurn(jobId) });
  metrics.showAges({ waits: () => desks.waits(), windows: () => dispatcher.windowAges() });
  const sweeper = new Sweeper({ ...parts, dispatcher, watch });
  const lock = new RedisLeaderLock(redis, timeoutMs);
  const leader = new LeaderLoop({
    lock,
    sweeper,
    dispatcher,
    sweepMs: config.sweepMs,
    logger,
    onSweep: (result) => metrics.swept(result),
    onResigned: () => {
      watch.reset();
      metrics.resigned();
    },
  });
  const garbage = new GarbageLoop({
    collector: new GarbageCollector({
      ...parts,
      onRemoved: (kind, objects) => metrics.removed(kind, objects),
      now: Date.now,
    }),
    isLeading: () => leader.isLeading,
    garbageMs: config.garbageMs,
    logger,
  });
  const deliveries = createDeliveries({
    ...parts,
    outbound,
    registry: options.registry,
    isLeading: () => leader.isLeading,
  });
  const onHint = (hint: JobHint): void => {
    if (hint.kind === 'cancelled') running.stop(hint.jobId);
    if (hint.kind === 'committed' || hint.kind === 'shared') news.tell(hint);
    if (hint.kind !== 'shared') leader.hint(hint);
  };
  const listener = new HintListener(subscription, { logger, onHint });
  const health = new BulkHealth({ store, redis, timeoutMs, logger, probe: probeConditionalWrites });
  return {
    targets: () => models.targets(),
    connection,
    chunkPlaces: config.windowChunks * WINDOWS_HELD,
    runChunk: async (from, payload, stop) => {
      const work = async (giveWay: AbortSignal): Promise<ChunkResult> => {
        const result = await runner.run(payload, stop, giveWay);
        metrics.chunk(result.kind);
        const { tenant, jobId, chunk } = payload;
        if (result.kind !== 'committed') return result;
        news.tell(payload);
        await control.announce({ kind: 'committed', tenant, jobId, chunk });
        return result;
      };
      return await takeWhenReady(news, payload, stop, async () => await desks.take(from, payload, stop, work));
    },
    runControl: async (payload) => await control.run(payload),
    waitUntilSafe: async (signal) => await health.waitUntilSafe(signal),
    start: () => {
      health.start();
      void removeAbandonedSpools().catch((error: unknown) =>
        logger.warn({ error }, 'files that a killed worker has left cannot be removed'),
      );
      void listener
        .start()
        .catch((error: unknown) => logger.warn({ error }, 'hints cannot be heard; sweeps go on without'));
      leader.start();
      garbage.start();
      deliveries.start();
    },
    stopDispatching: async () => {
      garbage.stop();
      await deliveries.stop();
      await leader.stop();
    },
    checks: () => health.checks(),
    close: async () => {
      health.stop();
      shares.close();
      await garbage.close();
      await deliveries.close();
      await outbound.close();
      await queue.close();
      for (const client of [redis, connection, subscription]) client.disconnect();
    },
  };
}
