import { withBenchSystem } from '#load/bulk/bench-system';
import type { Figure } from '#load/bulk/figure';
import { writePassages } from '#load/bulk/input-file';
import { measureBatch, type BatchMeasure } from '#load/bulk/run-batch';

const WARM_UP_LINES = 2000;

/** What a line costs as jobs grow, each size on a system of its own. */
export async function measureGrowth(folder: string, sizes: readonly number[]): Promise<Figure[]> {
  const measures: BatchMeasure[] = [];
  for (const lines of sizes) {
    const measure = await withBenchSystem({}, async (system) => {
      await measureBatch(system, writePassages(`${folder}/warm-up.jsonl`, WARM_UP_LINES));
      return await measureBatch(system, writePassages(`${folder}/growth.jsonl`, lines));
    });
    measures.push(measure);
  }
  return [...measures.map(describeSize), ...describeSlope(measures)];
}

function describeSize(measure: BatchMeasure): Figure {
  return {
    name: `${measure.lines.toLocaleString('en')} lines, CPU of the worker a line`,
    value: cpuMicrosPerLine(measure),
    unit: 'µs',
    note: `wall ${((measure.wallMs * 1000) / measure.lines).toFixed(0)} µs a line; worker peak ${measure.peakMegabytes} MB, ${measure.idleMegabytes} MB before`,
  };
}

/** The exponent of cost over size: 1 for cost in proportion to the lines, 2 for every line paying for all the others. */
function describeSlope(measures: readonly BatchMeasure[]): Figure[] {
  const [first, last] = [measures[0], measures.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const exponent = Math.log(last.workerCpuSeconds / first.workerCpuSeconds) / Math.log(last.lines / first.lines);
  return [
    {
      name: 'slope of CPU over lines',
      value: exponent,
      unit: '(1 is linear)',
      note: `from ${first.lines.toLocaleString('en')} to ${last.lines.toLocaleString('en')} lines; peak memory ${first.peakMegabytes} and ${last.peakMegabytes} MB`,
    },
  ];
}

function cpuMicrosPerLine({ workerCpuSeconds, lines }: BatchMeasure): number {
  return (workerCpuSeconds * 1e6) / lines;
}
