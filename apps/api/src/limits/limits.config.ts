import { readInteger, readString, type Environment } from '#platform';

/** How limits of keys are shared between the api's processes. */
export interface LimitsConfig {
  readonly redisUrl: string;
  /** Milliseconds after which a command to Redis counts as failed. */
  readonly redisTimeoutMs: number;
  /** Milliseconds between two settlements. */
  readonly settleMs: number;
  /** Milliseconds after which the last settlement is too old to go by. */
  readonly degradedAfterMs: number;
  /** Processes to share limits with as long as Redis has never said how many there are. */
  readonly replicas: number;
}

/** @throws ConfigurationError */
export function readLimitsConfig(environment: Environment): LimitsConfig {
  return Object.freeze({
    redisUrl: readString(environment, 'REDIS_URL', 'redis://127.0.0.1:6379'),
    redisTimeoutMs: readInteger(environment, 'SLUICE_REDIS_TIMEOUT_MS', { fallback: 500, min: 10, max: 10_000 }),
    settleMs: readInteger(environment, 'SLUICE_LIMITS_SETTLE_MS', { fallback: 200, min: 20, max: 5000 }),
    degradedAfterMs: readInteger(environment, 'SLUICE_LIMITS_DEGRADED_MS', { fallback: 1500, min: 100, max: 60_000 }),
    replicas: readInteger(environment, 'SLUICE_REPLICAS', { fallback: 1, min: 1, max: 1000 }),
  });
}
