/**
 * `npm run bench:sharing`: what realtime feels of bulk and what bulk gets done beside it, on the simulated GPUs, under four
 * regimes and bulk alone. The law is the one that runs in workers; time is simulated, so that the figures are the same on
 * every machine. Signals and grants are each one tick of 100 ms old when they are acted on.
 *
 *     npm run bench:sharing -- --shapes embedding,chat     some shapes: chat, chatNoAbort, embedding, speech
 *     npm run bench:sharing -- --bursts 15,2               realtime calls a second in bursts
 *     npm run bench:sharing -- --long                      phases of 90 s instead of 20 s
 *     npm run bench:sharing -- --seeds 1,2,3 --html sharing.html --json sharing.json
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { GPU_SHAPE_NAMES } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { compareRegimes, REGIMES, withHeadroom, type Comparison } from '#load/sharing/compare-regimes';
import { renderChart } from '#load/sharing/render-chart';
import { renderComparison, renderCurve } from '#load/sharing/render-table';

const { values: options } = parseArgs({
  options: {
    shapes: { type: 'string', default: GPU_SHAPE_NAMES.join(',') },
    // The yardstick, and what the chat and speech shapes can serve at all.
    bursts: { type: 'string', default: '15,2' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    long: { type: 'boolean', default: false },
    html: { type: 'string', default: '.sluice/bench-sharing.html' },
    json: { type: 'string' },
  },
});
const shapes = options.shapes.split(',').map((wanted) => {
  const shape = GPU_SHAPE_NAMES.find((name) => name === wanted);
  if (shape === undefined) throw new Error(`there is no shape ${wanted}; known are ${GPU_SHAPE_NAMES.join(', ')}`);
  return shape;
});
const bursts = options.bursts.split(',').map(Number);
const seeds = options.seeds.split(',').map(Number);
/** The longest generations that were begun before any realtime came end within the warm-up. */
const SCHEDULE = { idlePerSecond: 1, phaseMs: options.long ? 90_000 : 20_000, warmUpMs: 180_000, cycles: 3 };
const CURVE_HEADROOMS = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

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
