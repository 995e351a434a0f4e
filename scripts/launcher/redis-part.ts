import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { PartPlan } from '#scripts/launcher/part';
import { whyRedisIsNotOk } from '#scripts/launcher/probes';

export interface RedisOptions {
  readonly port: number;
  /** Working folder of a real server. */
  readonly dataFolder: string;
  /** Whether a real server keeps its state there. */
  readonly isKept: boolean;
  /** A server on PATH, or undefined for the stand-in from npm. */
  readonly server: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

const STOP_TIMEOUT_MS = 10_000;

/** A `redis-server` or `valkey-server` on PATH. */
export function findRedisServer(environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return ['redis-server', 'valkey-server']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable);
}

export function planRedis({ port, dataFolder, isKept, server, environment }: RedisOptions): PartPlan {
  const url = `redis://127.0.0.1:${port}`;
  const shared = {
    name: 'redis',
    environment,
    whyNotReady: (signal: AbortSignal) => whyRedisIsNotOk(url, signal),
    stopTimeoutMs: STOP_TIMEOUT_MS,
  } as const;
  if (server === undefined) {
    return {
      ...shared,
      command: ['scripts/run-redis-stand-in.ts', String(port)],
      description: `embedded Redis stand-in (development only; state is not kept) on port ${port}`,
    };
  }
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: dataFolder,
    appendonly: isKept ? 'yes' : 'no',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return { ...shared, command: ['scripts/run-command.ts', server, ...args], description: `${server} on port ${port}` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
