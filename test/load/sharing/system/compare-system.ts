import { SETTINGS } from '#load/sharing/compare-regimes';
import { measure, type Measures } from '#load/sharing/measure';
import { fixedGate, lawGate, type BulkGate } from '#load/sharing/regimes';
import { simulate } from '#load/sharing/simulate';
import { runSystem, type SystemRun } from '#load/sharing/system/run-system';
import type { SystemShape } from '#load/sharing/system/system-shape';
import type { Schedule } from '#load/sharing/traffic';

export interface MeasuredRegimes {
  readonly alone: Measures;
  readonly bulkAlone: Measures;
  readonly sluice: Measures;
}

export interface SystemComparison {
  readonly shape: SystemShape;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly packing: boolean;
  readonly system: MeasuredRegimes;
  /** The same schedule and seed on simulated time. */
  readonly simulated: MeasuredRegimes;
  readonly linesSubmitted: number;
  readonly linesCompleted: number;
  readonly failedCalls: number;
}

export interface SystemComparisonOptions {
  readonly shape: SystemShape;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly packing: boolean;
}

/** Bulk without realtime needs no phases, only some time. */
const BULK_ALONE = { burstPerSecond: 0, idlePerSecond: 0, phaseMs: 10_000, cycles: 1 };

export async function compareSystem(options: SystemComparisonOptions): Promise<SystemComparison> {
  const { shape, schedule } = options;
  const bulkSchedule = { ...BULK_ALONE, warmUpMs: schedule.warmUpMs };
  const { floor } = SETTINGS[shape.name];
  const measured = ({ result }: SystemRun, of = schedule): Measures => measure(result, of, floor);
  const alone = await runSystem({ ...options, withRealtime: true, withBulk: false });
  const bulkAlone = await runSystem({ ...options, schedule: bulkSchedule, withRealtime: false, withBulk: true });
  const sluice = await runSystem({ ...options, withRealtime: true, withBulk: true });
  return {
    ...options,
    system: { alone: measured(alone), bulkAlone: measured(bulkAlone, bulkSchedule), sluice: measured(sluice) },
    simulated: simulateAll(options),
    linesSubmitted: bulkAlone.linesSubmitted + sluice.linesSubmitted,
    linesCompleted: bulkAlone.linesCompleted + sluice.linesCompleted,
    failedCalls: bulkAlone.failedCalls + sluice.failedCalls,
  };
}

function simulateAll({ shape: { name }, schedule, seed }: SystemComparisonOptions): MeasuredRegimes {
  const settings = SETTINGS[name];
  const run = (gate: BulkGate, withRealtime = true): Measures =>
    measure(simulate({ shape: name, schedule, seed, gate, withRealtime }), schedule, settings.floor);
  return {
    alone: run(fixedGate(0)),
    bulkAlone: run(fixedGate(settings.ceiling), false),
    sluice: run(lawGate(settings)),
  };
}
