import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withBenchSystem, type BenchSystem } from '#load/bulk/bench-system';
import { readWitness } from '#load/bulk/witness';
import type { RealtimeRecord, SimulationResult } from '#load/sharing/simulate';
import { BulkFeed } from '#load/sharing/system/bulk-feed';
import { callRealtime } from '#load/sharing/system/call-realtime';
import { toResult } from '#load/sharing/system/to-result';
import { bodyOf, catalogOf, textOf, type SystemShape } from '#load/sharing/system/system-shape';
import { drawArrivals, phasesOf, type Schedule } from '#load/sharing/traffic';

export interface SystemRunOptions {
  readonly shape: SystemShape;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly withRealtime: boolean;
  readonly withBulk: boolean;
  /** Whether lines of bulk share calls; the simulated regimes know no such thing. */
  readonly packing: boolean;
}

export interface SystemRun {
  readonly result: SimulationResult;
  readonly linesSubmitted: number;
  readonly linesCompleted: number;
  /** Calls of bulk that the endpoint ended with an error, as those that SageMaker's wall of 60 s cuts; made again. */
  readonly failedCalls: number;
}

/** The schedule through api, worker, Redis and the stand-in's simulated GPU, as processes on this machine and in real time. */
export async function runSystem(options: SystemRunOptions): Promise<SystemRun> {
  const { shape, packing } = options;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-sharing-'));
  const catalog = join(folder, 'sluice.yaml');
  writeFileSync(catalog, catalogOf(shape));
  const settings = {
    SLUICE_CATALOG: catalog,
    SLUICE_PACKING: packing ? 'on' : 'off',
    LOCAL_AWS_GPU: `${shape.endpoint}=${shape.name}`,
  };
  try {
    return await withBenchSystem(settings, async (system) => await runOn(system, options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runOn(system: BenchSystem, options: SystemRunOptions): Promise<SystemRun> {
  const { shape, schedule, seed, withRealtime, withBulk } = options;
  const untilMs = phasesOf(schedule).at(-1)?.untilMs ?? 0;
  const startedAtMs = Date.now();
  const feed = withBulk ? new BulkFeed(system, shape, seed) : undefined;
  const realtime = withRealtime
    ? await sendArrivals(system, options, startedAtMs)
    : { records: [], digests: new Set<string>() };
  await delay(Math.max(0, startedAtMs + untilMs - Date.now()));
  await feed?.finish();
  const units = new Map([...(feed?.unitsByText ?? [])].map(([text, worth]) => [hash('sha256', text), worth]));
  const calls = await readWitness(system);
  return {
    result: toResult(calls, { startedAtMs, untilMs, units, realtime }),
    linesSubmitted: feed?.submitted ?? 0,
    linesCompleted: feed?.completed ?? 0,
    failedCalls: calls.filter(({ outcome }) => outcome === 'error').length,
  };
}

/** Sends each call when it is due, whatever became of those before, and waits for all answers. */
async function sendArrivals(
  system: BenchSystem,
  { shape, schedule, seed }: SystemRunOptions,
  startedAtMs: number,
): Promise<{ readonly records: readonly RealtimeRecord[]; readonly digests: ReadonlySet<string> }> {
  const records: RealtimeRecord[] = [];
  const digests = new Set<string>();
  const open: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  for (const [index, arrival] of drawArrivals(shape.name, schedule, seed).entries()) {
    await delay(Math.max(0, startedAtMs + arrival.atMs - Date.now()));
    const text = textOf(`now-${index}`, arrival);
    digests.add(hash('sha256', text));
    const record: RealtimeRecord = { atMs: Date.now() - startedAtMs, waitMs: undefined, betweenMs: [] };
    records.push(record);
    const call = callRealtime(system, shape, bodyOf(shape, text, arrival), record);
    open.push(call.catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(open);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} calls of realtime failed`);
  return { records, digests };
}
