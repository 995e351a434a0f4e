import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** What the gateway is started with, and what callers send. */
export const API_KEY = 'sk-bench-0123456789abcdef';
const GATEWAY_PORT = '18098';
/** Of `/proc/<pid>/stat` on Linux. */
const CLOCK_TICKS_PER_SECOND = 100;
export const root = new URL('../..', import.meta.url).pathname;
const children: ChildProcess[] = [];

/** A process whose CPU time is measured. */
export interface Candidate {
  readonly name: string;
  readonly pid: number;
  /** Without a path. */
  readonly origin: string;
}

/** For how long the event loop of a process was held. */
export interface LoopView {
  /** The longest time by the clock, and as CPU time of the main thread, which a busy machine does not prolong. */
  readonly wallMaxMs: number;
  readonly cpuMaxMs: number;
  /** How often it was held for more than 10 ms of CPU time. */
  readonly above: number;
}

export interface Gateway extends Candidate {
  /** Runs some load and tells how the event loop fared meanwhile. */
  watchLoop(load: () => Promise<unknown>): Promise<LoopView>;
}

export function loadFile(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

export function describeMachine(): string {
  return `${cpus()[0]?.model ?? 'cpu'}, ${cpus().length} cores, Node ${process.versions.node}`;
}

interface StartOptions {
  readonly pattern?: RegExp;
  readonly environment?: NodeJS.ProcessEnv;
  readonly nodeFlags?: readonly string[];
}

interface Started {
  readonly pid: number;
  readonly origin: string;
  readonly child: ChildProcess;
}

/** Starts a script and resolves with the port that it prints as `pattern`'s first group. */
export async function startScript(
  file: string,
  parameters: readonly string[] = [],
  { pattern = /listening on (\d+)/, environment = process.env, nodeFlags = [] }: StartOptions = {},
): Promise<Started> {
  const child = spawn(process.execPath, [...nodeFlags, file, ...parameters], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  let output = '';
  return await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`${file} ended with ${code}: ${output.slice(-2000)}`)));
    child.stdout?.on('data', (piece: Buffer) => {
      output = (output + piece.toString()).slice(-20_000);
      const port = pattern.exec(output)?.[1];
      if (port !== undefined && child.pid !== undefined)
        resolve({ pid: child.pid, origin: `http://127.0.0.1:${port}`, child });
    });
  });
}

/** Node's own options, as `npm run start:api` has them. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return (scripts['start:api'] ?? '').split(' ').filter((word) => word.startsWith('--'));
}

/** The built api against an upstream, with keys, signing, metrics and log on; Redis and S3 are away. */
export async function startGateway(upstream: string, environment: NodeJS.ProcessEnv = {}): Promise<Gateway> {
  const { pid, origin, child } = await startScript(join(root, 'dist/apps/api/src/main.js'), [], {
    pattern: new RegExp(`127\\.0\\.0\\.1:(${GATEWAY_PORT})`),
    nodeFlags: [...startFlags(), '--import', loadFile('inside-process.mjs')],
    environment: {
      PATH: process.env['PATH'],
      // As the image has it.
      MALLOC_MMAP_THRESHOLD_: '1048576',
      PORT: GATEWAY_PORT,
      SLUICE_API_KEY: API_KEY,
      SLUICE_KEY_PEPPER: 'pepper-of-the-benchmark-0123456789',
      SLUICE_CATALOG: join(root, 'test/load/catalog.yaml'),
      SLUICE_LOG_LEVEL: 'info',
      REDIS_URL: 'redis://127.0.0.1:1',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench-secret',
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: upstream,
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      ...environment,
    },
  });
  const watchLoop = async (load: () => Promise<unknown>): Promise<LoopView> => {
    child.send('watch');
    await load();
    return await new Promise((resolve) => {
      child.once('message', (view) => resolve(view as LoopView));
      child.send('look');
    });
  };
  return { name: 'sluice', pid, origin, watchLoop };
}

/** User and system CPU seconds that a process has used so far. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

export function memoryMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

/** Runs a load script to its end and reads the JSON line that it prints. */
export async function runLoad<T>(file: string, plan: object): Promise<T> {
  const child = spawn(process.execPath, [file, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`the load of ${file} failed`);
  return JSON.parse(output) as T;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function stopAll(): void {
  for (const child of children.splice(0)) child.removeAllListeners('exit').kill('SIGKILL');
}
