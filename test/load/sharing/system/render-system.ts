import { mean, type Measures } from '#load/sharing/measure';
import { align, UNITS, whole } from '#load/sharing/render-table';
import type { MeasuredRegimes, SystemComparison } from '#load/sharing/system/compare-system';

/** The real system beside the simulation of the same seed. */
export function renderSystem(comparison: SystemComparison): string {
  const { shape, schedule, seed, packing, linesSubmitted, linesCompleted, failedCalls } = comparison;
  const { burstPerSecond, idlePerSecond, phaseMs, cycles } = schedule;
  const title =
    `${shape.name} through the real system: bursts of ${burstPerSecond}/s and ${idlePerSecond}/s between, ` +
    `${cycles} × 2 × ${phaseMs / 1000} s, seed ${seed}, ${packing ? 'lines share calls' : 'a call for each line'}`;
  const head = ['', 'p50 ms', 'p99 ms', '× alone', `bulk ${UNITS[shape.name]}`, 'of alone', 'yield ms', 'waste'];
  const rows = [...rowsOf('simulated', comparison.simulated), ...rowsOf('system', comparison.system)];
  const lost = linesSubmitted - linesCompleted;
  return [
    title,
    ...align([head, ...rows]),
    `${linesSubmitted} lines of bulk, ${lost === 0 ? 'none lost' : `${lost} LOST`}; ${failedCalls} calls ended with an error of the endpoint's`,
    '',
  ].join('\n');
}

function rowsOf(where: string, { alone, bulkAlone, sluice }: MeasuredRegimes): string[][] {
  const latency = ({ p50Ms, p99Ms }: Measures): string[] => [
    whole(p50Ms),
    whole(p99Ms),
    (p99Ms / alone.p99Ms).toFixed(2),
  ];
  return [
    [`${where}: realtime alone`, ...latency(alone), '–', '–', '–', '–'],
    [`${where}: bulk alone`, '–', '–', '–', bulkAlone.unitsPerSecond.toFixed(1), '100 %', '–', '–'],
    [
      `${where}: sluice`,
      ...latency(sluice),
      sluice.unitsPerSecond.toFixed(1),
      `${((sluice.unitsPerSecond / bulkAlone.unitsPerSecond) * 100).toFixed(0)} %`,
      `${whole(mean(sluice.yieldMs))} (≤ ${whole(Math.max(...sluice.yieldMs))})`,
      `${(sluice.waste * 100).toFixed(1)} %`,
    ],
  ];
}
