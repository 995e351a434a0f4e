import type { System } from '../../setup/processes.js';

interface LogLine {
  readonly name: string;
  readonly msg?: string;
  readonly pid?: number;
  /** Of the process that wrote it, among those that share the port. */
  readonly process?: number;
  readonly route?: string;
}

/** What the api has logged so far; lines that are no JSON (what Node itself writes) fail. */
export async function readApiLog(system: System): Promise<readonly LogLine[]> {
  const text = await system.logs('api');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogLine]));
}

/** Process ids of the ones that serve, the newest of each number. */
export async function servingPids(system: System): Promise<ReadonlyMap<number, number>> {
  const pids = new Map<number, number>();
  for (const { msg, pid, process: number } of await readApiLog(system))
    if (msg === 'the api is listening' && pid !== undefined && number !== undefined) pids.set(number, pid);
  return pids;
}

/** The one that was started and starts the others. */
export async function mainPid(system: System): Promise<number> {
  const lines = await readApiLog(system);
  const line = lines.find(({ msg }) => msg === 'all processes are listening');
  if (line?.pid === undefined) throw new Error('the processes are not all listening yet');
  return line.pid;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
