import type { GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { mean, measure, type Measures } from '#load/sharing/measure';
import { errorDrivenGate, fixedGate, lawGate, type BulkGate } from '#load/sharing/regimes';
import { simulate, type SimulationResult } from '#load/sharing/simulate';
import type { Schedule } from '#load/sharing/traffic';

/** What an operator would write into the catalog for each shape, and what is the default there. */
export const SETTINGS = {
  chat: { ceiling: 64, floor: 0, denseArrivals: 5, headroom: 0.25, onYield: 'abort' },
  chatNoAbort: { ceiling: 64, floor: 0, denseArrivals: 5, headroom: 0.25 },
  embedding: { ceiling: 8, floor: 0, denseArrivals: 5, headroom: 0.25 },
  speech: { ceiling: 4, floor: 0, denseArrivals: 5, headroom: 0.25 },
} as const;

/** An engine that refuses nothing lets an error-driven control grow to whatever it is bounded by. */
const ERROR_DRIVEN_MOST = 256;

export const REGIMES = ['realtime alone', 'bulk alone', 'ungated', 'error-driven', 'sluice'] as const;
export type Regime = (typeof REGIMES)[number];

export interface RegimeRun {
  readonly seed: number;
  /** Kept of the first seed, for a picture. */
  readonly result: SimulationResult | undefined;
  readonly measures: Measures;
}

export type RegimeRuns = Readonly<Record<Regime, readonly RegimeRun[]>>;

export interface Comparison {
  readonly shape: GpuShapeName;
  readonly schedule: Schedule;
  readonly headroom: number;
  readonly runs: RegimeRuns;
}

export function compareRegimes(shape: GpuShapeName, schedule: Schedule, seeds: readonly number[]): Comparison {
  const settings = SETTINGS[shape];
  const run = createRunner(shape, schedule, seeds);
  return {
    shape,
    schedule,
    headroom: settings.headroom,
    runs: {
      'realtime alone': run(() => fixedGate(0)),
      'bulk alone': run(() => fixedGate(settings.ceiling), false),
      ungated: run(() => fixedGate(settings.ceiling)),
      'error-driven': run(() => errorDrivenGate(1, ERROR_DRIVEN_MOST)),
      sluice: run(() => lawGate(settings)),
    },
  };
}

/** The same with more or less room left free for realtime. */
export function withHeadroom(base: Comparison, headroom: number): Comparison {
  const { shape, schedule, runs } = base;
  const run = createRunner(
    shape,
    schedule,
    runs.sluice.map(({ seed }) => seed),
  );
  return { ...base, headroom, runs: { ...runs, sluice: run(() => lawGate({ ...SETTINGS[shape], headroom })) } };
}

function createRunner(shape: GpuShapeName, schedule: Schedule, seeds: readonly number[]) {
  return (createGate: () => BulkGate, withRealtime = true): RegimeRun[] =>
    seeds.map((seed, index) => {
      const result = simulate({ shape, schedule, seed, gate: createGate(), withRealtime });
      const measures = measure(result, schedule, SETTINGS[shape].floor);
      return { seed, measures, result: index === 0 ? result : undefined };
    });
}

/** How much slower than alone, seed by seed. */
export function ratiosToAlone({ runs }: Comparison, regime: Regime): number[] {
  return runs[regime].map(
    ({ measures }, index) => measures.p99Ms / (runs['realtime alone'][index]?.measures.p99Ms ?? NaN),
  );
}

export function shareOfBulkAlone({ runs }: Comparison, regime: Regime): number {
  const perSecond = (of: Regime): number => mean(runs[of].map(({ measures }) => measures.unitsPerSecond));
  return perSecond(regime) / perSecond('bulk alone');
}
