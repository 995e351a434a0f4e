import type { SeenCall } from '#load/bulk/witness';
import type { RealtimeRecord, SimulationResult } from '#load/sharing/simulate';

const TICK_MS = 100;

export interface SystemEvidence {
  /** Unix milliseconds. */
  readonly startedAtMs: number;
  /** Since the start. */
  readonly untilMs: number;
  /** Tokens or rows of each line, by the digest of its text. */
  readonly units: ReadonlyMap<string, number>;
  readonly realtime: { readonly records: readonly RealtimeRecord[]; readonly digests: ReadonlySet<string> };
}

interface BulkSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly units: number;
  readonly outcome: string | undefined;
}

/** What the stand-in witnessed, in the form in which simulated runs are measured. Done and wasted are milliseconds of calls. */
export function toResult(calls: readonly SeenCall[], evidence: SystemEvidence): SimulationResult {
  const { startedAtMs, untilMs, units, realtime } = evidence;
  const spanOf = ({ time, durationMs = 0, inputs, outcome }: SeenCall): BulkSpan => {
    const fromMs = Date.parse(time) - startedAtMs;
    const worth = inputs.reduce((sum, input) => sum + (units.get(input) ?? 0), 0);
    return { fromMs, toMs: fromMs + durationMs, units: worth, outcome };
  };
  const isRealtime = ({ inputs }: SeenCall): boolean => inputs.some((input) => realtime.digests.has(input));
  const bulk = calls.filter((call) => !isRealtime(call)).map(spanOf);
  const inFlight = {
    bulk: countByTick(bulk, untilMs),
    realtime: countByTick(calls.filter(isRealtime).map(spanOf), untilMs),
  };
  const done = bulk.filter(({ outcome }) => outcome === 'ok');
  const sumMs = (spans: readonly BulkSpan[]): number => spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    realtime: realtime.records,
    trace: inFlight.bulk.map((count, tick) => ({
      atMs: tick * TICK_MS,
      grant: count,
      bulk: count,
      realtime: inFlight.realtime[tick] ?? 0,
    })),
    bulkDone: spreadByTick(done),
    unitsDone: sumMs(done),
    unitsWasted: sumMs(bulk.filter(({ outcome }) => outcome === 'aborted')),
    bulkCalls: done.length,
  };
}

function countByTick(spans: readonly BulkSpan[], untilMs: number): number[] {
  const changes = Array.from({ length: Math.ceil(untilMs / TICK_MS) + 1 }, () => 0);
  const change = (atMs: number, by: number): void => {
    const tick = Math.min(changes.length - 1, Math.max(0, Math.ceil(atMs / TICK_MS)));
    changes[tick] = (changes[tick] ?? 0) + by;
  };
  for (const { fromMs, toMs } of spans) {
    change(fromMs, 1);
    change(toMs, -1);
  }
  let count = 0;
  return changes.slice(0, -1).map((by) => (count += by));
}

/** Units as they were made: a long generation makes its tokens all the while. */
function spreadByTick(spans: readonly BulkSpan[]): { readonly atMs: number; readonly units: number }[] {
  const units = new Map<number, number>();
  for (const span of spans) {
    const [first, last] = [Math.floor(span.fromMs / TICK_MS), Math.floor(span.toMs / TICK_MS)];
    const share = span.units / (last - first + 1);
    for (let tick = first; tick <= last; tick++) units.set(tick, (units.get(tick) ?? 0) + share);
  }
  return [...units].map(([tick, made]) => ({ atMs: tick * TICK_MS, units: made })).toSorted((a, b) => a.atMs - b.atMs);
}
