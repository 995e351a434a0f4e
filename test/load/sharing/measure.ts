import type { SimulationResult } from '#load/sharing/simulate';
import { phasesOf, type Schedule } from '#load/sharing/traffic';

/** What one run shows. */
export interface Measures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly betweenP99Ms: number;
  readonly unitsPerSecond: number;
  /** From the first call of each burst until bulk had no more in flight than its floor. */
  readonly yieldMs: readonly number[];
  /** From the end of each burst until bulk had four fifths of what it had at the end of the idle phase. */
  readonly backMs: readonly number[];
  readonly waste: number;
  /** Realtime calls that came within a burst and were not answered at its end. */
  readonly backlog: number;
}

export function measure(result: SimulationResult, schedule: Schedule, floor: number): Measures {
  const phases = phasesOf(schedule);
  const bursts = phases.filter(({ kind }) => kind === 'burst');
  const idles = phases.filter(({ kind }) => kind === 'idle');
  const inside = (atMs: number, of: typeof phases): boolean =>
    of.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  const inBursts = result.realtime.filter(({ atMs }) => inside(atMs, bursts));
  const waits = inBursts.map(({ waitMs }) => waitMs ?? Infinity);
  const units = result.bulkDone.filter(({ atMs }) => inside(atMs, idles)).reduce((sum, done) => sum + done.units, 0);
  const idleSeconds = idles.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0) / 1000;
  return {
    p50Ms: percentile(waits, 0.5),
    p99Ms: percentile(waits, 0.99),
    betweenP99Ms: percentile(
      inBursts.flatMap(({ betweenMs }) => betweenMs),
      0.99,
    ),
    unitsPerSecond: units / idleSeconds,
    yieldMs: bursts.map(({ fromMs, untilMs }) => {
      const first = result.realtime.find(({ atMs }) => atMs >= fromMs)?.atMs ?? fromMs;
      const point = result.trace.find(({ atMs, bulk }) => atMs >= first && bulk <= floor);
      return point === undefined || point.atMs > untilMs ? Infinity : point.atMs - first;
    }),
    backMs: idles.map(({ fromMs, untilMs }) => {
      const points = result.trace.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
      const full = Math.max(...points.map(({ bulk }) => bulk));
      const point = full === 0 ? undefined : points.find(({ bulk }) => bulk >= 0.8 * full);
      return point === undefined ? Infinity : point.atMs - fromMs;
    }),
    waste: result.unitsWasted === 0 ? 0 : result.unitsWasted / (result.unitsDone + result.unitsWasted),
    backlog: bursts.reduce((sum, { untilMs }) => {
      const open = result.realtime.filter(
        ({ atMs, waitMs }) => atMs < untilMs && atMs + (waitMs ?? Infinity) > untilMs,
      );
      return sum + open.length;
    }, 0),
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
