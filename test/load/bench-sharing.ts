import { GPU_SHAPES } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { measure } from '#load/sharing/measure';
import { errorDrivenGate, fixedGate, lawGate } from '#load/sharing/regimes';
import { simulate } from '#load/sharing/simulate';

const CEILING = { chat: 64, chatNoAbort: 64, embedding: 8, speech: 4 } as const;
const bursts = (process.argv[2] ?? '15').split(',').map(Number);
const seeds = (process.argv[3] ?? '1').split(',').map(Number);
for (const burstPerSecond of bursts)
  for (const shape of (process.argv[4] ?? 'chat,chatNoAbort,embedding,speech').split(
    ',',
  ) as (keyof typeof GPU_SHAPES)[])
    for (const seed of seeds) {
      const schedule = { burstPerSecond, idlePerSecond: 1, phaseMs: 20_000, warmUpMs: 120_000, cycles: 3 };
      const ceiling = CEILING[shape];
      const gates = {
        alone: () => fixedGate(0),
        bulkOnly: () => fixedGate(ceiling),
        ungated: () => fixedGate(ceiling),
        aimd: () => errorDrivenGate(1, 256),
        sluice: () => lawGate({ ceiling, floor: 0, denseArrivals: 5, headroom: 0.25 }),
      };
      for (const [name, gate] of Object.entries(gates)) {
        const result = simulate({ shape, schedule, seed, gate: gate(), withRealtime: name !== 'bulkOnly' });
        const m = measure(result, schedule, 0);
        console.log(
          burstPerSecond,
          shape,
          seed,
          name.padEnd(9),
          'p50',
          m.p50Ms?.toFixed(0),
          'p99',
          m.p99Ms?.toFixed(0),
          'btw',
          m.betweenP99Ms?.toFixed(0),
          'u/s',
          m.unitsPerSecond.toFixed(1),
          'yield',
          m.yieldMs.map((x) => x.toFixed(0)).join(),
          'back',
          m.backMs.map((x) => x.toFixed(0)).join(),
          'waste',
          m.waste.toFixed(3),
          'backlog',
          m.backlog,
        );
      }
    }
