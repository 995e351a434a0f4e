import type { AudioDecoder } from '#audio';
import type { DeferredCalls } from '#inference';
import { createLogger, createRegistry, OutboundClient, readOutboundConfig } from '#platform';
import { RecordStore, type ObjectStore } from '#storage';
import { MemoryObjectExchange, MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { AsyncChunks } from '../async-chunks/async-chunks.js';
import type { AsyncChunksOptions } from '../async-chunks/async-chunks.options.js';
import { AsyncMetrics } from '../async-chunks/async-metrics.js';
import { chooseVia } from '../async-chunks/choose-via.js';
import type { OutstandingCalls } from '../async-chunks/outstanding-calls.port.js';
import { StoredBatches } from '../batches/stored-batches.js';
import { EndpointRegistry } from '../chunks/endpoint-registry.js';
import { ChunkRunner } from '../chunks/run-chunk.js';
import { RunningJobs } from '../chunks/running-jobs.js';
import { JobCommands } from '../commands/job-commands.js';
import { ControlTasks } from '../control-tasks.js';
import { IdempotentCreates } from '../creates/idempotent-creates.js';
import { Dispatcher } from '../dispatch/dispatcher.js';
import { StoredFiles } from '../files/stored-files.js';
import { JobFinisher } from '../finish/finish-job.js';
import { StoredJobs } from '../jobs-face/stored-jobs.js';
import { JobPlanner } from '../plan/plan-job.js';
import { PlanReader } from '../plan/plan-reader.js';
import { S3Inputs } from '../recordings/s3-inputs.js';
import { JobRecords } from '../records/job-records.js';
import { UrlInputs } from '../recordings/url-inputs.js';
import type { UrlInputConfig } from '../recordings/url-inputs.config.js';
import { ResultReader } from '../results/result-reader.js';
import { JobRetrier } from '../retry/job-retrier.js';
import { JobWatch } from '../sweep/job-watch.js';
import { StoredUploads } from '../uploads/stored-uploads.js';
import { Sweeper } from '../sweep/sweeper.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { MemoryJobQueue } from './memory-job-queue.js';
import { MemoryLiveCounts } from './memory-live-counts.js';
import { MemoryOutstandingCalls } from './memory-outstanding-calls.js';
import { ScriptedModels } from './scripted-models.js';

export interface TestBulkOptions {
  readonly store?: ObjectStore;
  readonly queue?: MemoryJobQueue;
  readonly live?: MemoryLiveCounts;
  readonly models?: ScriptedModels;
  readonly clock?: { nowMs: number };
  readonly chunkLines?: number;
  readonly windowChunks?: number;
  readonly sealGraceMs?: number;
  readonly checkpointMs?: number;
  readonly decoder?: AudioDecoder;
  refusal?: () => string | undefined;
  /** The models' asynchronous endpoints; absent where there are none. */
  readonly deferred?: DeferredCalls;
  readonly outstanding?: OutstandingCalls;
  readonly urlInput?: UrlInputConfig;
}

export const TENANT = 'acme';
/** Addresses of this machine, which tests listen on. */
export const LOCAL_OUTBOUND = {
  SLUICE_OUTBOUND_ALLOW: '127.0.0.1',
  SLUICE_OUTBOUND_HTTP: 'true',
  SLUICE_OUTBOUND_PORTS: 'any',
};
const URL_INPUT: UrlInputConfig = { enabled: true, maxBytes: 1_048_576, timeoutMs: 10_000 };

/** The whole engine of one process over fakes; a second one over the same store is a second process. */
export function createTestBulk(options: TestBulkOptions = {}) {
  const clock = options.clock ?? { nowMs: Date.now() };
  const now = (): number => clock.nowMs;
  const store = options.store ?? new MemoryObjectStore();
  const queue = options.queue ?? new MemoryJobQueue();
  const live = options.live ?? new MemoryLiveCounts();
  const models = options.models ?? new ScriptedModels();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const records = new RecordStore(store);
  const jobs = new JobRecords(store, records, now);
  const files = new StoredFiles({ store, records, batchFileSeconds: 2_592_000, now });
  const plans = new PlanReader(records);
  const running = new RunningJobs();
  const outbox = new WebhookOutbox({ store, records });
  const exchange = new MemoryObjectExchange();
  const s3InputRules = [{ bucket: 'memory', prefix: 'calls/{tenant}/' }];
  const retries: string[] = [];
  const shared: number[] = [];
  const waste: Record<string, number> = {};
  const parts = {
    store,
    records,
    jobs,
    files,
    plans,
    models,
    queue,
    live,
    running,
    logger,
    now,
    maxLines: 100_000,
    maxLineBytes: 1_048_576,
    chunkLines: options.chunkLines ?? 2,
    chunkBytes: 1_048_576,
    checkpointMs: options.checkpointMs ?? 20,
    checkpointBytes: 1_048_576,
    sealGraceMs: options.sealGraceMs ?? 0,
    windowChunks: options.windowChunks ?? 16,
    maxAudioSeconds: 3600,
    decodeTimeoutMs: 60_000,
    decoder: options.decoder,
    outbox,
    s3InputRules,
    urlInputs: openUrlInputs(options, store),
    s3Inputs: new S3Inputs(s3InputRules, exchange),
  };
  const onRetry = (cause: string): void => void retries.push(cause);
  const { deferred } = options;
  const registry = createRegistry({ processMetrics: false });
  const asyncChunks = openAsyncChunks(options, { ...parts, onRetry, metrics: new AsyncMetrics(registry, now) });
  const runner = new ChunkRunner({
    ...parts,
    asyncChunks,
    endpoints: new EndpointRegistry(),
    onRetry,
    onShared: async ({ chunk }) => {
      await Promise.resolve();
      shared.push(chunk);
    },
    onWaste: (cause, calls) => {
      waste[cause] = (waste[cause] ?? 0) + calls;
    },
  });
  const planner = new JobPlanner({
    ...parts,
    chooseVia: ({ model, lines, deadlineMs }) =>
      chooseVia({ way: deferred?.way(model), concurrency: 4, lines, leftMs: deadlineMs - now() }),
  });
  const finisher = new JobFinisher({ ...parts, asyncChunks });
  const dispatcher = new Dispatcher(parts);
  const commands = new JobCommands({ ...parts, refusal: options.refusal ?? (() => undefined) });
  const face = {
    ...parts,
    commands,
    creates: new IdempotentCreates(store, records, now),
    retrier: new JobRetrier({ ...parts, commands }),
    results: new ResultReader(parts),
  };
  const watch = new JobWatch({
    ...parts,
    stuckMs: 900_000,
    waitsInTurn: (jobId) => dispatcher.waitsInTurn(jobId),
  });
  return {
    clock,
    registry,
    store,
    exchange,
    queue,
    live,
    models,
    logger,
    records,
    jobs,
    files,
    plans,
    outbox,
    running,
    retries,
    shared,
    waste,
    planner,
    commands,
    runner,
    finisher,
    dispatcher,
    control: new ControlTasks({ planner, finisher, queue, logger }),
    sweeper: new Sweeper({ jobs, files, queue, live, dispatcher, watch, logger, now }),
    batches: new StoredBatches(face),
    jobsFace: new StoredJobs(face),
    uploads: new StoredUploads({ ...face, maxFileBytes: 8 * 1024 * 1_048_576 }),
  };
}

export type TestBulk = ReturnType<typeof createTestBulk>;

function openUrlInputs({ urlInput = URL_INPUT }: TestBulkOptions, store: ObjectStore): UrlInputs {
  const outbound = new OutboundClient(readOutboundConfig(LOCAL_OUTBOUND));
  return new UrlInputs({ store, outbound, urlInput, urlRetryMs: 1 });
}

function openAsyncChunks(
  { deferred, outstanding = new MemoryOutstandingCalls() }: TestBulkOptions,
  parts: Omit<AsyncChunksOptions, 'deferred' | 'outstanding'>,
): AsyncChunks | undefined {
  return deferred === undefined ? undefined : new AsyncChunks({ ...parts, deferred, outstanding });
}
