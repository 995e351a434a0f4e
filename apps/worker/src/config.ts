import { readInferenceConfig, type InferenceConfig } from '#inference';
import { readWorkerBulkConfig, type WorkerBulkConfig } from '#jobs';
import { LOG_LEVELS, readChoice, readInteger, readString, type Environment, type LogLevel } from '#platform';
import { readStorageConfig, type StorageConfig } from '#storage';

export interface WorkerConfig {
  /** Port and address of the health and metrics server. */
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Milliseconds that a stop may take before the process ends anyway. */
  readonly stopTimeoutMs: number;
  /** Folders in which `ffmpeg` is looked for. */
  readonly path: string;
  readonly bulk: WorkerBulkConfig;
  readonly storage: StorageConfig;
  readonly inference: InferenceConfig;
}

/** @throws ConfigurationError */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  return Object.freeze({
    port: readInteger(environment, 'WORKER_PORT', { fallback: 8081, min: 0, max: 65_535 }),
    host: readString(environment, 'WORKER_HOST', '127.0.0.1'),
    logLevel: readChoice(environment, 'SLUICE_LOG_LEVEL', LOG_LEVELS, 'info'),
    stopTimeoutMs: readInteger(environment, 'SLUICE_STOP_TIMEOUT_MS', { fallback: 20_000, min: 100, max: 600_000 }),
    path: readString(environment, 'PATH', '/usr/local/bin:/usr/bin:/bin'),
    bulk: readWorkerBulkConfig(environment),
    storage: readStorageConfig(environment),
    inference: readInferenceConfig(environment),
  });
}
