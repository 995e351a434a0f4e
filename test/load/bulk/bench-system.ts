import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { root } from '#load/bench-processes';
import { originOf, planApi, planLocalAws, planWorker, type AppsPlan } from '#scripts/launcher/app-parts';
import { Part, type PartName } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { findRedisServer, planRedis } from '#scripts/launcher/redis-part';

/** The built system, every part a process of its own, as the benchmark drives and measures it. */
export interface BenchSystem {
  readonly client: OpenAI;
  /** Of the api, without `/v1`. */
  readonly origin: string;
  readonly apiKey: string;
  /** Of the stand-in for AWS, without a path. */
  readonly awsOrigin: string;
  pidOf(name: PartName): number;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const CALL_TIMEOUT_MS = 600_000;
const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];

/** @param settings added to the environment of api, worker and local-aws */
export async function startBenchSystem(settings: Readonly<Record<string, string>> = {}): Promise<BenchSystem> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-bench-bulk-'));
  await mkdir(join(home, 'redis'));
  const [port, workerPort, localAwsPort, redisPort] = await findPorts();
  const kept = Object.fromEntries(KEPT_VARIABLES.map((name) => [name, process.env[name]]));
  const environment = {
    ...kept,
    SLUICE_LOG_LEVEL: 'warn',
    LOCAL_AWS_TOKEN_DELAY_MS: '0',
    // As the image has it.
    MALLOC_MMAP_THRESHOLD_: '1048576',
    ...settings,
  };
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const apps: AppsPlan = {
    home,
    host: '127.0.0.1',
    port,
    workerPort,
    localAwsPort,
    redisUrl,
    apiKey: 'sk-bench-0123456789abcdef',
    keyPepper: 'pepper-of-the-benchmark-0123456789',
    environment,
  };
  const server = findRedisServer(process.env);
  const redis = planRedis({ port: redisPort, dataFolder: join(home, 'redis'), isKept: false, server, environment });
  const parts = new Map<PartName, Part>();
  const stop = async (): Promise<void> => {
    for (const part of parts.values()) part.signalGroup('SIGKILL');
    await Promise.all([...parts.values()].map(({ ended }) => ended));
    await rm(home, { recursive: true, force: true });
  };
  try {
    for (const plan of [redis, planLocalAws(apps, localAwsPort), planWorker(apps), planApi(apps)]) {
      const part = new Part(plan, root, join(home, `${plan.name}.log`));
      parts.set(plan.name, part);
      await part.waitUntilReady(START_TIMEOUT_MS, new AbortController().signal);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const origin = originOf(apps);
  return {
    client: new OpenAI({ baseURL: `${origin}/v1`, apiKey: apps.apiKey, timeout: CALL_TIMEOUT_MS, maxRetries: 0 }),
    origin,
    apiKey: apps.apiKey,
    awsOrigin: `http://127.0.0.1:${localAwsPort}`,
    pidOf: (name) => parts.get(name)?.pid ?? 0,
    stop,
  };
}

/** Runs the work on a system of its own. */
export async function withBenchSystem<T>(
  settings: Readonly<Record<string, string>>,
  work: (system: BenchSystem) => Promise<T>,
): Promise<T> {
  const system = await startBenchSystem(settings);
  try {
    return await work(system);
  } finally {
    await system.stop();
  }
}

async function findPorts(): Promise<[number, number, number, number]> {
  const ports = new Set<number>();
  while (ports.size < 4) ports.add(await findFreePort());
  return [...ports] as [number, number, number, number];
}
