import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

const POLL_MS = 20;
const SAVE_TIMEOUT_MS = 10_000;

/** Empties Redis as FLUSHALL by an operator would. */
export async function flushRedis(url: string): Promise<void> {
  await withRedis(url, async (redis) => {
    await redis.flushall();
  });
}

/**
 * Brings a real server to answer every write with MISCONF, as it does when its disk is full: the folder that it saves to
 * is taken away and a save fails. The stand-in from npm knows no such state: false.
 */
export async function refuseRedisWrites(url: string, dataFolder: string, isServer: boolean): Promise<boolean> {
  if (!isServer) return false;
  await rm(dataFolder, { recursive: true, force: true });
  await withRedis(url, async (redis) => {
    // Only a server that has to save refuses writes when it cannot.
    await redis.config('SET', 'save', '3600 1000000');
    await redis.bgsave();
    const giveUpAt = Date.now() + SAVE_TIMEOUT_MS;
    while (!/rdb_last_bgsave_status:err/.test(await redis.info('persistence'))) {
      if (Date.now() > giveUpAt) throw new Error('the save without a folder did not fail');
      await delay(POLL_MS);
    }
  });
  return true;
}

export async function allowRedisWrites(url: string): Promise<void> {
  await withRedis(url, async (redis) => {
    await redis.config('SET', 'save', '');
  });
}

async function withRedis(url: string, work: (redis: Redis) => Promise<void>): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    await redis.connect();
    await work(redis);
  } finally {
    redis.disconnect();
  }
}
