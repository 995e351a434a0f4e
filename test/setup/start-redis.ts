import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { Part } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { planRedis } from '#scripts/launcher/redis-part';
import { chooseTestRedis, cleanEnvironment } from './test-environment.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A Redis for tests that need one and do not break it; what stands in it belongs to nobody. */
    redisUrl: string;
  }
}

const START_TIMEOUT_MS = 15_000;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** REDIS_URL if set, else a server on PATH, else the stand-in from npm. @returns stops what was started */
export default async function startRedis(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '') {
    project.provide('redisUrl', given);
    return async () => undefined;
  }
  const dataFolder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  const port = await findFreePort();
  const plan = planRedis({
    port,
    dataFolder,
    isKept: false,
    server: chooseTestRedis(),
    environment: cleanEnvironment(),
  });
  const redis = new Part(plan, root, join(dataFolder, 'redis.log'));
  await redis.waitUntilReady(START_TIMEOUT_MS, new AbortController().signal);
  project.provide('redisUrl', `redis://127.0.0.1:${port}`);
  return async () => {
    await redis.stop();
    await rm(dataFolder, { recursive: true, force: true });
  };
}
