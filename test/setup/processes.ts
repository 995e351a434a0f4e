import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originOf, planApi, planLocalAws, planWorker, type AppsPlan } from '#scripts/launcher/app-parts';
import { Part, type PartName, type PartPlan } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { whyNotOk } from '#scripts/launcher/probes';
import { planRedis } from '#scripts/launcher/redis-part';
import { LocalAwsControl, type Fault, type WitnessRecord } from './local-aws-control.js';
import { allowRedisWrites, flushRedis, refuseRedisWrites } from './redis-control.js';
import { chooseTestRedis, cleanEnvironment } from './test-environment.js';

export type { Fault, PartName, WitnessRecord };

export interface SystemOptions {
  /** Added to what api, worker and local-aws are started with. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For keys that a test has hashed itself; a random one unless given. */
  readonly keyPepper?: string;
}

export interface RestartOptions {
  /** Path of the api that answers 200 when it serves well enough; `/ready` unless named. */
  readonly waitFor?: string;
  /** Replaces what the part is otherwise started with, this time. */
  readonly environment?: Readonly<Record<string, string>>;
}

const START_TIMEOUT_MS = 30_000;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The built system as `npm start` runs it, for one test: every part a process, ports, data folder and Redis its own.
 * Resolves when `/ready` answers 200. Ends with the test process, even when that is killed.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  const redisFolder = join(folder, 'redis');
  await mkdir(redisFolder);
  const [port, workerPort, localAwsPort, redisPort] = await findPorts();
  const redisServer = chooseTestRedis();
  const environment = { ...cleanEnvironment(), LOCAL_AWS_TOKEN_DELAY_MS: '0', ...options.environment };
  const apps: AppsPlan = {
    home: folder,
    host: '127.0.0.1',
    port,
    workerPort,
    localAwsPort,
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    apiKey: `sk-sluice-${randomBytes(24).toString('hex')}`,
    keyPepper: options.keyPepper ?? randomBytes(24).toString('hex'),
    environment,
  };
  const redis = planRedis({
    port: redisPort,
    dataFolder: redisFolder,
    isKept: false,
    server: redisServer,
    environment,
  });
  const plans = [redis, planLocalAws(apps, localAwsPort), planWorker(apps), planApi(apps)];
  const system = new System({
    apps,
    localAwsPort,
    folder,
    redisFolder,
    hasRedisServer: redisServer !== undefined,
    plans,
  });
  try {
    await Promise.all([system.start('redis'), system.start('local-aws')]);
    await Promise.all([system.start('worker'), system.start('api')]);
  } catch (error) {
    await system.stop();
    throw error;
  }
  return system;
}

interface SystemParts {
  readonly apps: AppsPlan;
  readonly localAwsPort: number;
  readonly folder: string;
  readonly redisFolder: string;
  readonly hasRedisServer: boolean;
  readonly plans: readonly PartPlan[];
}

/** A running system that a test may break. */
export class System {
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Of the local AWS stand-in. */
  readonly controlUrl: string;
  /** Health and metrics of the worker. */
  readonly workerUrl: string;
  readonly redisUrl: string;
  /** What commands are given that must agree with the api. */
  readonly commandEnvironment: NodeJS.ProcessEnv;
  private readonly setup: SystemParts;
  readonly control: LocalAwsControl;
  private readonly running = new Map<PartName, Part>();
  /** By origin. */
  private readonly extra = new Map<string, Part>();

  constructor(setup: SystemParts) {
    this.setup = setup;
    this.baseUrl = originOf(setup.apps);
    this.apiKey = setup.apps.apiKey;
    this.controlUrl = `http://127.0.0.1:${setup.localAwsPort}/_control`;
    this.workerUrl = `http://127.0.0.1:${setup.apps.workerPort}`;
    this.redisUrl = setup.apps.redisUrl;
    this.commandEnvironment = planApi(setup.apps).environment;
    this.control = new LocalAwsControl(this.controlUrl);
  }

  /** Starts a part that does not run and waits until it serves. */
  async start(name: PartName, { waitFor, environment = {} }: RestartOptions = {}): Promise<void> {
    const plan = this.setup.plans.find((candidate) => candidate.name === name);
    if (plan === undefined) throw new Error(`there is no part ${name}`);
    const url = waitFor === undefined ? undefined : `${this.baseUrl}${waitFor}`;
    const whyNotReady =
      url === undefined
        ? plan.whyNotReady
        : (signal: AbortSignal): Promise<string | undefined> => whyNotOk(url, signal);
    const started = { ...plan, environment: { ...plan.environment, ...environment }, whyNotReady };
    const part = new Part(started, root, this.logFile(name));
    this.running.set(name, part);
    await part.waitUntilReady(START_TIMEOUT_MS, new AbortController().signal);
  }

  /** Sends a signal to a part and what it started, and waits for its end if the signal ends it. */
  async kill(name: PartName, signal: NodeJS.Signals): Promise<void> {
    const part = this.running.get(name);
    if (part === undefined) throw new Error(`${name} does not run`);
    if (signal === 'SIGTERM') return await part.stop();
    part.signalGroup(signal);
    if (signal === 'SIGKILL') await part.ended;
  }

  /** Stops a part, if it still runs, and starts it again on the same port and data. */
  async restart(name: PartName, options: RestartOptions = {}): Promise<void> {
    await this.running.get(name)?.stop();
    await this.start(name, options);
  }

  /** Another api or worker over the same bucket and Redis, as on a second machine. @param changes of its environment @returns its origin */
  async startAnother(name: 'api' | 'worker', changes: Readonly<Record<string, string>> = {}): Promise<string> {
    const port = await findFreePort();
    const { environment } = this.setup.apps;
    const apps: AppsPlan = {
      ...this.setup.apps,
      port,
      workerPort: port,
      environment: { ...environment, ...changes },
    };
    const part = new Part(name === 'api' ? planApi(apps) : planWorker(apps), root, this.logFile(name));
    this.extra.set(originOf(apps), part);
    await part.waitUntilReady(START_TIMEOUT_MS, new AbortController().signal);
    return originOf(apps);
  }

  /** As `kill`, for what `startAnother` has started. */
  async killAnother(origin: string, signal: NodeJS.Signals): Promise<void> {
    const part = this.extra.get(origin);
    if (part === undefined) throw new Error(`nothing was started on ${origin}`);
    part.signalGroup(signal);
    if (signal === 'SIGKILL') await part.ended;
  }

  /** What a part has written so far, over all its starts. */
  async logs(name: PartName): Promise<string> {
    return await readFile(this.logFile(name), 'utf8');
  }

  async addFault(fault: Fault): Promise<string> {
    return await this.control.addFault(fault);
  }

  async clearFaults(): Promise<void> {
    await this.control.clearFaults();
  }

  async witness(): Promise<readonly WitnessRecord[]> {
    return await this.control.witness();
  }

  async witnessed(
    areAsExpected: (calls: readonly WitnessRecord[]) => boolean,
    timeoutMs?: number,
  ): Promise<readonly WitnessRecord[]> {
    return await this.control.witnessed(areAsExpected, timeoutMs);
  }

  async flushRedis(): Promise<void> {
    await flushRedis(this.redisUrl);
  }

  /** As a full disk would. False where Redis is the stand-in, which cannot. */
  async refuseRedisWrites(): Promise<boolean> {
    return await refuseRedisWrites(this.redisUrl, this.setup.redisFolder, this.setup.hasRedisServer);
  }

  async allowRedisWrites(): Promise<void> {
    await allowRedisWrites(this.redisUrl);
  }

  /** Ends every part at once, also one that hangs, and removes all data. */
  async stop(): Promise<void> {
    const parts = [...this.running.values(), ...this.extra.values()];
    for (const part of parts) part.signalGroup('SIGKILL');
    await Promise.all(parts.map(({ ended }) => ended));
    await rm(this.setup.folder, { recursive: true, force: true });
  }

  private logFile(name: PartName): string {
    return join(this.setup.folder, `${name}.log`);
  }
}

async function findPorts(): Promise<[number, number, number, number]> {
  const ports = new Set<number>();
  while (ports.size < 4) ports.add(await findFreePort());
  return [...ports] as [number, number, number, number];
}
