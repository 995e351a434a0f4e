import { readUrlInputConfig, type UrlInputConfig } from './recordings/url-inputs.config.js';
import { parseS3InputRules, type S3InputRule } from './recordings/s3-inputs.js';
import {
  readBoolean,
  readChoice,
  readInteger,
  readOutboundConfig,
  readString,
  type Environment,
  type OutboundConfig,
} from '#platform';
import { readWebhookDeliveryConfig, type WebhookDeliveryConfig } from './webhooks/webhook-delivery.config.js';
import { readWebhookConfig, type WebhookConfig } from './webhooks/webhooks.config.js';

/** Settings of bulk that both processes share. */
export interface BulkConfig extends WebhookConfig {
  readonly redisUrl: string;
  /** Milliseconds after which a Redis command of the api counts as failed. */
  readonly redisTimeoutMs: number;
  /** Seconds a file uploaded for batches lives without an `expires_after` of its own; OpenAI's 30 days. */
  readonly batchFileSeconds: number;
  /** Whether callers are given links to S3, for bytes that need not go through the api. */
  readonly presignedUrls: boolean;
  /** Where callers may have recordings read from; none unless an operator says so. */
  readonly s3InputRules: readonly S3InputRule[];
  readonly urlInput: UrlInputConfig;
  /** Which addresses out of requests are called. */
  readonly outbound: OutboundConfig;
}

/** Settings of the worker's side. */
export interface WorkerBulkConfig extends BulkConfig, WebhookDeliveryConfig {
  /** Most lines of a job. */
  readonly maxLines: number;
  /** Most bytes of a line. */
  readonly maxLineBytes: number;
  /** Most lines of a chunk. */
  readonly chunkLines: number;
  /** Most bytes of a chunk's input; a single longer line is a chunk of its own. */
  readonly chunkBytes: number;
  /**
   * Chunks that one worker has in memory at a time per endpoint, and up to six more while other tenants or more urgent
   * jobs would wait behind them; the endpoint's own concurrency bounds the calls in them.
   */
  readonly chunksPerEndpoint: number;
  /** Chunks per endpoint that stand in its queue or run, over all workers. */
  readonly windowChunks: number;
  /** Longest recording in seconds. */
  readonly maxAudioSeconds: number;
  /** Milliseconds that decoding one recording may take. */
  readonly decodeTimeoutMs: number;
  /** Whether embedding lines share model calls, where the catalog does not say otherwise. */
  readonly packing: boolean;
  /** Milliseconds after which finished lines are written to a checkpoint. */
  readonly checkpointMs: number;
  /** Bytes of finished lines that are written to a checkpoint at once. */
  readonly checkpointBytes: number;
  /** Milliseconds between two sweeps. */
  readonly sweepMs: number;
  /** Milliseconds that workers get to save their lines before a cancelled or expired job's chunks are sealed. */
  readonly sealGraceMs: number;
  /** Milliseconds without progress after which a job whose turn it is counts as stuck. */
  readonly stuckMs: number;
  /** Milliseconds from the end of one search for garbage to the next. */
  readonly garbageMs: number;
  /** Milliseconds after a job's end from which the data of its chunks is removed; its files hold the same rows. */
  readonly jobDataMs: number;
  /** Milliseconds after a job's end from which its record is removed, if its files are gone by then. */
  readonly jobMs: number;
}

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const MEBIBYTE = 1_048_576;

/** @throws ConfigurationError */
export function readBulkConfig(environment: Environment): BulkConfig {
  return Object.freeze({
    redisUrl: readString(environment, 'REDIS_URL', 'redis://127.0.0.1:6379'),
    redisTimeoutMs: readInteger(environment, 'SLUICE_REDIS_TIMEOUT_MS', { fallback: 500, min: 10, max: 10_000 }),
    batchFileSeconds: readInteger(environment, 'SLUICE_BATCH_FILE_SECONDS', {
      fallback: 30 * DAY_SECONDS,
      min: 3600,
      max: 365 * DAY_SECONDS,
    }),
    ...readWebhookConfig(environment),
    urlInput: readUrlInputConfig(environment),
    outbound: readOutboundConfig(environment),
    presignedUrls: readBoolean(environment, 'SLUICE_PRESIGNED_URLS', false),
    s3InputRules: parseS3InputRules(
      readString(environment, 'SLUICE_S3_INPUT_BUCKETS', ''),
      readString(environment, 'SLUICE_BUCKET', ''),
    ),
  });
}

/** @throws ConfigurationError */
export function readWorkerBulkConfig(environment: Environment): WorkerBulkConfig {
  const integer = (name: string, fallback: number, min: number, max: number): number =>
    readInteger(environment, name, { fallback, min, max });
  return Object.freeze({
    ...readBulkConfig(environment),
    ...readWebhookDeliveryConfig(environment),
    maxLines: integer('SLUICE_BATCH_MAX_LINES', 1_000_000, 1, 10_000_000),
    maxLineBytes: integer('SLUICE_BATCH_MAX_LINE_BYTES', 8 * MEBIBYTE, 1024, 64 * MEBIBYTE),
    chunkLines: integer('SLUICE_CHUNK_LINES', 500, 1, 10_000),
    chunkBytes: integer('SLUICE_CHUNK_BYTES', 4 * MEBIBYTE, 1024, 64 * MEBIBYTE),
    chunksPerEndpoint: integer('SLUICE_CHUNKS_PER_ENDPOINT', 2, 1, 64),
    windowChunks: integer('SLUICE_WINDOW_CHUNKS', 16, 1, 1000),
    maxAudioSeconds: integer('SLUICE_MAX_AUDIO_SECONDS', 24 * HOUR_SECONDS, 1, 100 * HOUR_SECONDS),
    decodeTimeoutMs: integer('SLUICE_DECODE_TIMEOUT_MS', 2 * HOUR_SECONDS * 1000, 1000, 24 * HOUR_SECONDS * 1000),
    packing: readChoice(environment, 'SLUICE_PACKING', ['on', 'off'], 'on') === 'on',
    checkpointMs: integer('SLUICE_CHECKPOINT_MS', 2000, 50, 60_000),
    checkpointBytes: integer('SLUICE_CHECKPOINT_BYTES', 4 * MEBIBYTE, 1024, 64 * MEBIBYTE),
    sweepMs: integer('SLUICE_SWEEP_MS', 5000, 100, 60_000),
    stuckMs: integer('SLUICE_STUCK_MINUTES', 15, 1, 1440) * 60_000,
    garbageMs: integer('SLUICE_GARBAGE_MS', 3_600_000, 100, DAY_SECONDS * 1000),
    jobDataMs: integer('SLUICE_JOB_DATA_SECONDS', DAY_SECONDS, 60, 90 * DAY_SECONDS) * 1000,
    jobMs: integer('SLUICE_JOB_SECONDS', 90 * DAY_SECONDS, DAY_SECONDS, 3650 * DAY_SECONDS) * 1000,
    sealGraceMs: integer('SLUICE_SEAL_GRACE_MS', 10_000, 0, 600_000),
  });
}
