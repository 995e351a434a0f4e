import { readInferenceConfig, type InferenceConfig } from '#inference';
import { readBulkConfig, type BulkConfig } from '#jobs';
import {
  LOG_LEVELS,
  readBoolean,
  readChoice,
  readInteger,
  readString,
  type Environment,
  type LogLevel,
} from '#platform';
import { readStorageConfig, type StorageConfig } from '#storage';
import { METRICS_ACCESS, type MetricsAccess } from './auth/gatekeeper.js';
import { readKeysConfig, type KeysConfig } from './auth/keys.config.js';
import { readLimitsConfig, type LimitsConfig } from './limits/limits.config.js';
import { readHttpConfig, type HttpConfig } from './http/http.config.js';
import { readProcessesConfig, type ProcessesConfig } from './processes/processes.config.js';

/** Everything the api goes by, read once when the process starts. */
export interface ApiConfig {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly processes: ProcessesConfig;
  readonly logLevel: LogLevel;
  readonly http: HttpConfig;
  readonly keys: KeysConfig;
  readonly limits: LimitsConfig;
  /** Whether models are listed without a key. */
  readonly openModels: boolean;
  readonly metricsAccess: MetricsAccess;
  /** Whether the OpenAPI document and the page to try calls are served. */
  readonly docs: boolean;
  /** Milliseconds that open calls get to end when the process stops. */
  readonly drainTimeoutMs: number;
  /** Milliseconds between not being ready and refusing calls, for load balancers to notice. */
  readonly drainDelayMs: number;
  readonly inference: InferenceConfig;
  readonly storage: StorageConfig;
  readonly bulk: BulkConfig;
}

const DEFAULT_PORT = 8080;
const MAX_PORT = 65_535;

/** @throws ConfigurationError naming the variable that is missing or makes no sense. */
export function readApiConfig(environment: Environment): ApiConfig {
  return Object.freeze({
    host: readString(environment, 'HOST', '127.0.0.1'),
    port: readInteger(environment, 'PORT', { fallback: DEFAULT_PORT, min: 0, max: MAX_PORT }),
    processes: readProcessesConfig(environment),
    logLevel: readChoice(environment, 'SLUICE_LOG_LEVEL', LOG_LEVELS, 'info'),
    http: readHttpConfig(environment),
    keys: readKeysConfig(environment),
    limits: readLimitsConfig(environment),
    openModels: readBoolean(environment, 'SLUICE_OPEN_MODELS', true),
    metricsAccess: readChoice(environment, 'SLUICE_METRICS_ACCESS', METRICS_ACCESS, 'loopback'),
    docs: readBoolean(environment, 'SLUICE_DOCS', true),
    drainTimeoutMs: readInteger(environment, 'SLUICE_DRAIN_TIMEOUT_MS', { fallback: 30_000, min: 0, max: 3_600_000 }),
    drainDelayMs: readInteger(environment, 'SLUICE_DRAIN_DELAY_MS', { fallback: 0, min: 0, max: 600_000 }),
    inference: readInferenceConfig(environment),
    storage: readStorageConfig(environment),
    bulk: readBulkConfig(environment),
  });
}
