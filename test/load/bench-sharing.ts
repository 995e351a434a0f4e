/**
 * `npm run bench:sharing`: what realtime feels of bulk and what bulk gets done beside it, on the simulated GPUs, under four
 * regimes and bulk alone. The law is the one that runs in workers; time is simulated, so that the figures are the same on
 * every machine. Signals and grants are each one tick of 100 ms old when they are acted on.
 *
 *     npm run bench:sharing -- --shapes embedding,chat     some shapes: chat, chatNoAbort, embedding, speech
 *     npm run bench:sharing -- --bursts 15,2               realtime calls a second in bursts
 *     npm run bench:sharing -- --long                      phases of 90 s instead of 20 s
 *     npm run bench:sharing -- --seeds 1,2,3 --html sharing.html --json sharing.json
 *     npm run bench:sharing -- --system                    in real time through api, worker, Redis and the stand-in's
 *                                                          simulated GPU, beside the simulation: some four minutes. Takes
 *                                                          --shapes embedding,chat,chatNoAbort, --bursts, --seeds, --long,
 *                                                          --cycles and --packing
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { GPU_SHAPE_NAMES } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { compareRegimes, REGIMES, withHeadroom, type Comparison } from '#load/sharing/compare-regimes';
import { describeMachine } from '#load/bench-processes';
import { renderChart } from '#load/sharing/render-chart';
import { renderComparison, renderCurve } from '#load/sharing/render-table';
import { compareSystem, type SystemComparison } from '#load/sharing/system/compare-system';
import { renderSystem } from '#load/sharing/system/render-system';
import { systemShape } from '#load/sharing/system/system-shape';

const { values: options } = parseArgs({
  options: {
    shapes: { type: 'string' },
    bursts: { type: 'string' },
    seeds: { type: 'string' },
    system: { type: 'boolean', default: false },
    cycles: { type: 'string' },
    packing: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    html: { type: 'string', default: '.sluice/bench-sharing.html' },
    json: { type: 'string' },
  },
});
/** The bursts are the yardstick, and what the chat and speech shapes can serve at all. */
const DEFAULTS = options.system
  ? { shapes: 'embedding', bursts: '15', seeds: '1', cycles: '2' }
  : { shapes: GPU_SHAPE_NAMES.join(','), bursts: '15,2', seeds: '1,2,3,4,5', cycles: '3' };
const shapes = (options.shapes ?? DEFAULTS.shapes).split(',').map((wanted) => {
  const shape = GPU_SHAPE_NAMES.find((name) => name === wanted);
  if (shape === undefined) throw new Error(`there is no shape ${wanted}; known are ${GPU_SHAPE_NAMES.join(', ')}`);
  return shape;
});
const bursts = (options.bursts ?? DEFAULTS.bursts).split(',').map(Number);
const seeds = (options.seeds ?? DEFAULTS.seeds).split(',').map(Number);
const cycles = Number(options.cycles ?? DEFAULTS.cycles);
/** The longest generations that were begun before any realtime came end within the warm-up. */
const SCHEDULE = { idlePerSecond: 1, phaseMs: options.long ? 90_000 : 20_000, warmUpMs: 180_000, cycles };
const CURVE_HEADROOMS = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

/** The law on simulated time. */
function runSimulated(): void {
  const comparisons: Comparison[] = [];
  for (const burstPerSecond of bursts) {
    for (const shape of shapes) {
      const schedule = { ...SCHEDULE, burstPerSecond };
      const comparison = compareRegimes(shape, schedule, seeds);
      console.log(renderComparison(comparison));
      comparisons.push(comparison);
      if (shape === 'chatNoAbort' || shape === 'chat') {
        console.log(renderCurve(CURVE_HEADROOMS.map((headroom) => withHeadroom(comparison, headroom))));
      }
    }
  }
  mkdirSync(dirname(options.html), { recursive: true });
  writeFileSync(options.html, renderChart(comparisons));
  console.log(`chart: ${options.html}`);
  if (options.json !== undefined) {
    const figures = comparisons.map(({ shape, schedule, runs }) => ({
      shape,
      schedule,
      regimes: Object.fromEntries(
        REGIMES.map((regime) => [regime, runs[regime].map(({ seed, measures }) => ({ seed, ...measures }))]),
      ),
    }));
    writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  }
}

/** The whole of Sluice in real time. */
async function runReal(): Promise<void> {
  console.log(describeMachine());
  const comparisons: SystemComparison[] = [];
  for (const name of shapes) {
    const shape = systemShape(name);
    for (const burstPerSecond of bursts) {
      for (const seed of seeds) {
        const schedule = { ...SCHEDULE, burstPerSecond, warmUpMs: shape.warmUpMs };
        const comparison = await compareSystem({ shape, schedule, seed, packing: options.packing });
        console.log(renderSystem(comparison));
        comparisons.push(comparison);
      }
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(comparisons, undefined, 2)}\n`);
}

if (options.system) await runReal();
else runSimulated();
