import type { EndpointSignals } from '#inference';
import { createRedis, OutboundClient, type Logger, type Registry } from '#platform';
import { probeConditionalWrites, RecordStore, type ObjectLinks, type ObjectStore } from '#storage';
import { StoredBatches } from './batches/stored-batches.js';
import { BullmqJobQueue } from './bullmq/bullmq-job-queue.js';
import { RedisLiveCounts } from './bullmq/redis-live-counts.js';
import { JobCommands } from './commands/job-commands.js';
import { IdempotentCreates } from './creates/idempotent-creates.js';
import { BulkHealth } from './bulk-health.js';
import type { Bulk } from './bulk.types.js';
import { StoredFiles } from './files/stored-files.js';
import { StoredJobs } from './jobs-face/stored-jobs.js';
import type { BulkConfig } from './jobs.config.js';
import { StoredLinks } from './links/stored-links.js';
import { PlanReader } from './plan/plan-reader.js';
import { RecordingJoins } from './recordings/recording-joins.js';
import { UrlInputs } from './recordings/url-inputs.js';
import { StoredRecordings } from './recordings/stored-recordings.js';
import { JobRecords } from './records/job-records.js';
import { ResultReader } from './results/result-reader.js';
import { JobRetrier } from './retry/job-retrier.js';
import { RevokedJobs } from './revocation/revoked-jobs.js';
import { registerCapacityMetrics, toCapacities, viewCapacity } from './sharing/capacity-metrics.js';
import { RedisCapacityBoard } from './sharing/redis-capacity-board.js';
import { StoredUploads } from './uploads/stored-uploads.js';
import { SignalPublisher } from './sharing/signal-publisher.js';
import { WebhookEndpoints } from './webhooks/webhook-endpoints.js';

export interface ApiBulkOptions {
  readonly config: BulkConfig;
  readonly store: ObjectStore;
  readonly logger: Logger;
  /** Absent where callers are not to reach the store by themselves. */
  readonly links?: ObjectLinks | undefined;
  /** Most bytes of a file. */
  readonly maxFileBytes: number;
  /** How many processes of one machine look whether the store and Redis are well; together they ask as often as one. */
  readonly lookers?: number;
  /** What realtime calls of this process show of endpoints, for bulk to give way to. */
  readonly realtime?:
    { readonly signals: ReadonlyMap<string, EndpointSignals>; readonly registry: Registry } | undefined;
}

/** The api's side of bulk. Starts at once: a store or a Redis that is away shows in `checks()` and is asked again. */
export function createApiBulk(options: ApiBulkOptions): Bulk {
  const { config, store, logger, lookers, realtime } = options;
  const redis = createRedis({
    url: config.redisUrl,
    role: 'producer',
    commandTimeoutMs: config.redisTimeoutMs,
    logger,
  });
  const health = new BulkHealth({
    store,
    redis,
    timeoutMs: config.redisTimeoutMs,
    logger,
    probe: probeConditionalWrites,
    ...(lookers !== undefined && { lookers }),
  });
  const queueOptions = { timeoutMs: config.redisTimeoutMs, logger };
  const queue = new BullmqJobQueue(redis, queueOptions);
  const records = new RecordStore(store);
  const files = new StoredFiles({ store, records, batchFileSeconds: config.batchFileSeconds });
  const jobs = new JobRecords(store, records);
  const revoked = new RevokedJobs({ jobs, queue, logger });
  const commands = new JobCommands({ jobs, files, queue, logger, refusal: () => health.refusal() });
  const creates = new IdempotentCreates(store, records);
  const plans = new PlanReader(records);
  const outbound = new OutboundClient(config.outbound);
  const parts = {
    jobs,
    files,
    commands,
    creates,
    live: new RedisLiveCounts(redis, queueOptions),
    s3InputRules: config.s3InputRules,
    urlInputs: new UrlInputs({ ...config, store, outbound }),
    retrier: new JobRetrier({ records, jobs, files, commands }),
    results: new ResultReader({ store, records, files, plans }),
  };
  const face = new StoredJobs(parts);
  const { webhookTimeoutMs } = config;
  const uploads = new StoredUploads({ ...parts, store, records, logger, maxFileBytes: options.maxFileBytes });
  const joins = new RecordingJoins(store);
  const board = new RedisCapacityBoard(redis, config.redisTimeoutMs);
  const publisher = realtime && new SignalPublisher({ signals: realtime.signals, board, logger });
  publisher?.start();
  if (publisher !== undefined && realtime !== undefined) {
    registerCapacityMetrics(realtime.registry, () => toCapacities(publisher.latest()));
  }
  health.start();
  return {
    files,
    uploads,
    links: options.links && new StoredLinks({ links: options.links, files, uploads }),
    batches: new StoredBatches(parts),
    jobs: face,
    webhooks: new WebhookEndpoints({ store, records, outbound, webhookTimeoutMs }),
    recordings: new StoredRecordings({ ...parts, store, records, plans, joins, face }),
    stopJobsOf: async (tenant, keyIds) => await revoked.stop(tenant, keyIds),
    capacity: async (endpoint) => {
      const decision = await board.look(endpoint);
      return decision && viewCapacity(decision);
    },
    checks: () => health.checks(),
    close: async () => {
      health.stop();
      publisher?.close();
      await outbound.close();
      await queue.close();
      redis.disconnect();
    },
  };
}
