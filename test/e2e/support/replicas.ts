import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originOf, planApi, planLocalAws, type AppsPlan } from '#scripts/launcher/app-parts';
import { Part, type PartPlan } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { whyNotOk } from '#scripts/launcher/probes';
import { planRedis } from '#scripts/launcher/redis-part';
import { LocalAwsControl } from '../../setup/local-aws-control.js';
import { chooseTestRedis, cleanEnvironment } from '../../setup/test-environment.js';

const START_TIMEOUT_MS = 30_000;
const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Several processes of the api on one Redis and one local-aws. */
export interface Replicas {
  /** Without `/v1`, one for each process. */
  readonly urls: readonly string[];
  /** What the api's processes are started with, for commands that must agree with them. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of the local AWS stand-in. */
  readonly control: LocalAwsControl;
  /** Kills a process of the api and starts it again. */
  restart(index: number): Promise<void>;
  /** Everything that all parts have written. */
  logs(): Promise<string>;
  killRedis(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  hangRedis(): void;
  wakeRedis(): void;
  startRedis(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReplicaKey {
  /** The key itself. */
  readonly key: string;
  readonly limits: Readonly<Record<string, number>>;
}

export interface ReplicaOptions {
  readonly keys?: readonly ReplicaKey[];
  /** Added to what every part is started with. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startReplicas(count: number, options: ReplicaOptions): Promise<Replicas> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-replicas-'));
  await mkdir(join(folder, 'redis'));
  const keyPepper = randomBytes(24).toString('hex');
  const keysFile = join(folder, 'keys.json');
  await writeFile(keysFile, JSON.stringify((options.keys ?? []).map((key, index) => toEntry(key, index, keyPepper))));
  const [localAwsPort, redisPort, ...ports] = await findPorts(count + 2);
  const environment = {
    ...cleanEnvironment(),
    LOCAL_AWS_TOKEN_DELAY_MS: '0',
    SLUICE_HOME: folder,
    SLUICE_KEYS_FILE: keysFile,
    ...options.environment,
  };
  const planOf = (port: number): AppsPlan => ({
    home: folder,
    host: '127.0.0.1',
    port,
    workerPort: 0,
    localAwsPort,
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    apiKey: `sk-sluice-${randomBytes(24).toString('hex')}`,
    keyPepper,
    environment,
  });
  const redisPlan = planRedis({
    port: redisPort,
    dataFolder: join(folder, 'redis'),
    isKept: false,
    server: chooseTestRedis(),
    environment,
  });
  const parts: Part[] = [];
  let redis: Part | undefined;
  const run = async (plan: PartPlan, log: string): Promise<Part> => {
    const part = new Part(plan, root, join(folder, `${log}.log`));
    parts.push(part);
    await part.waitUntilReady(START_TIMEOUT_MS, new AbortController().signal);
    return part;
  };
  const apis: Part[] = [];
  const startApi = async (index: number): Promise<void> => {
    const port = ports[index] ?? 0;
    apis[index] = await run(realtimeOnly(planApi(planOf(port)), port), `api-${port}`);
  };
  const replicas: Replicas = {
    environment: planApi(planOf(0)).environment,
    control: new LocalAwsControl(`http://127.0.0.1:${localAwsPort}/_control`),
    restart: async (index) => {
      const running = apis[index];
      running?.signalGroup('SIGKILL');
      await running?.ended;
      await startApi(index);
    },
    logs: async () => {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.log'));
      return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
    },
    urls: ports.map((port) => originOf({ host: '127.0.0.1', port })),
    killRedis: async () => {
      redis?.signalGroup('SIGKILL');
      await redis?.ended;
    },
    hangRedis: () => redis?.signalGroup('SIGSTOP'),
    wakeRedis: () => redis?.signalGroup('SIGCONT'),
    startRedis: async () => {
      redis = await run(redisPlan, 'redis');
    },
    stop: async () => {
      for (const part of parts) part.signalGroup('SIGKILL');
      await Promise.all(parts.map(({ ended }) => ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([replicas.startRedis(), run(planLocalAws(planOf(0), localAwsPort), 'local-aws')]);
    await Promise.all(ports.map((_port, index) => startApi(index)));
  } catch (error) {
    await replicas.stop();
    throw error;
  }
  return replicas;
}

/** There is no worker here, so bulk never gets ready. */
function realtimeOnly(plan: PartPlan, port: number): PartPlan {
  const url = `${originOf({ host: '127.0.0.1', port })}/ready?scope=realtime`;
  return { ...plan, whyNotReady: (signal) => whyNotOk(url, signal) };
}

function toEntry({ key, limits }: ReplicaKey, index: number, pepper: string): object {
  const hash = createHmac('sha256', pepper).update(key).digest('hex');
  return { id: `key-${index}`, hash, tenant: 'acme', createdAt: '2026-01-01T00:00:00Z', limits };
}

async function findPorts(count: number): Promise<[number, number, ...number[]]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await findFreePort());
  return [...ports] as [number, number, ...number[]];
}
