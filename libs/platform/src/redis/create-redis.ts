import { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.js';

export type { Redis } from 'ioredis';

/**
 * `producer` fails at once while Redis is away (a request must not hang on it); `worker` waits for Redis to come back,
 * as BullMQ's blocking calls require.
 */
export type RedisRole = 'producer' | 'worker';

export interface RedisOptions {
  readonly url: string;
  readonly role: RedisRole;
  /** Milliseconds after which a producer's command counts as failed: a hung Redis must cost no more. */
  readonly commandTimeoutMs: number;
  readonly logger: Logger;
}

const RECONNECT_STEP_MS = 100;
const RECONNECT_MAX_MS = 1000;

export function createRedis({ url, role, commandTimeoutMs, logger }: RedisOptions): Redis {
  const redis = new Redis(url, {
    lazyConnect: false,
    enableReadyCheck: true,
    connectTimeout: 2000,
    retryStrategy: (attempt) => Math.min(attempt * RECONNECT_STEP_MS, RECONNECT_MAX_MS),
    ...(role === 'producer'
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: commandTimeoutMs }
      : { enableOfflineQueue: true, maxRetriesPerRequest: null }),
  });
  let reported = false;
  redis.on('error', (error: Error) => {
    if (reported) return;
    reported = true;
    logger.warn({ error: error.message, role }, 'redis is not reachable; trying again');
  });
  redis.on('ready', () => {
    if (reported) logger.info({ role }, 'redis is reachable again');
    reported = false;
  });
  return redis;
}
