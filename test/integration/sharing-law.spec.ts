import { describe, expect, it } from 'vitest';
import { measure } from '#load/sharing/measure';
import { offeredLoad } from '#load/sharing/offered-load';
import { fixedGate, lawGate } from '#load/sharing/regimes';
import { simulate } from '#load/sharing/simulate';
import type { CapacitySettings } from '#source/libs/inference/src/capacity/sharing/capacity.types';

/** Not the seeds that the benchmark prints. */
const SEEDS = [201, 202, 203, 204];
const SCHEDULE = { burstPerSecond: 15, idlePerSecond: 1, phaseMs: 20_000, warmUpMs: 180_000, cycles: 3 };

function compare(shape: 'embedding' | 'chat' | 'chatNoAbort', settings: CapacitySettings, schedule = SCHEDULE) {
  return SEEDS.map((seed) => {
    const run = (gate: ReturnType<typeof fixedGate>, withRealtime = true) =>
      measure(simulate({ shape, schedule, seed, gate, withRealtime }), schedule, settings.floor);
    return {
      alone: run(fixedGate(0)),
      bulkOnly: run(fixedGate(settings.ceiling), false),
      ungated: run(fixedGate(settings.ceiling)),
      law: run(lawGate(settings)),
    };
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the law on the simulated embedding GPU', () => {
  const runs = compare('embedding', { ceiling: 8, floor: 0, denseArrivals: 5, headroom: 0.25 });

  it('keeps the slowest realtime calls of bursts about as fast as they are alone', () => {
    expect(mean(runs.map(({ law, alone }) => law.p99Ms / alone.p99Ms))).toBeLessThan(1.15);
    expect(mean(runs.map(({ ungated, alone }) => ungated.p99Ms / alone.p99Ms))).toBeGreaterThan(2);
  });

  it('gets four fifths of what bulk would do alone done between bursts', () => {
    for (const { law, bulkOnly } of runs) expect(law.unitsPerSecond / bulkOnly.unitsPerSecond).toBeGreaterThan(0.8);
  });

  it('yields within a second and is back within five', () => {
    // A burst is known by its fifth call, which is late where the first ones come far apart.
    expect(mean(runs.flatMap(({ law }) => law.yieldMs))).toBeLessThanOrEqual(700);
    expect(Math.max(...runs.flatMap(({ law }) => law.yieldMs))).toBeLessThanOrEqual(1500);
    expect(Math.max(...runs.flatMap(({ law }) => law.backMs))).toBeLessThanOrEqual(5000);
  });
});

describe('the law on the simulated chat GPU that runs calls to their end', () => {
  it('leaves enough places free for bursts that fit, at the price of bulk', () => {
    const settings = { ceiling: 64, floor: 0, denseArrivals: 5, headroom: 0.75 };
    const runs = compare('chatNoAbort', settings, { ...SCHEDULE, burstPerSecond: 2 });
    expect(mean(runs.map(({ law, alone }) => law.p99Ms / alone.p99Ms))).toBeLessThan(1.5);
    expect(mean(runs.map(({ ungated, alone }) => ungated.p99Ms / alone.p99Ms))).toBeGreaterThan(10);
    expect(mean(runs.map(({ law }) => law.unitsPerSecond))).toBeGreaterThan(150);
  });
});

describe('the law on the simulated chat GPU that stops with its client', () => {
  it('makes room for bursts by giving up young calls, a twentieth of the work at most', () => {
    const settings = { ceiling: 64, floor: 0, denseArrivals: 5, headroom: 0.25 };
    const bursts = { ...SCHEDULE, burstPerSecond: 3 };
    const drained = compare('chat', settings, bursts);
    const aborted = compare('chat', { ...settings, onYield: 'abort' }, bursts);
    const slower = (runs: typeof drained): number => mean(runs.map(({ law, alone }) => law.p99Ms / alone.p99Ms));
    expect(slower(aborted)).toBeLessThan(0.7 * slower(drained));
    for (const { law } of aborted) {
      expect(law.waste).toBeGreaterThan(0);
      expect(law.waste).toBeLessThanOrEqual(0.05);
    }
    const share = (runs: typeof drained): number => mean(runs.map(({ law }) => law.unitsPerSecond));
    expect(share(aborted)).toBeGreaterThan(0.85 * share(drained));
  });
});

describe('offeredLoad', () => {
  it.each([
    ['embedding', 15, 0.13],
    ['chat', 15, 3.2],
    ['chat', 2, 0.43],
    ['speech', 15, 3.2],
  ] as const)(
    'of realtime on the shape %s at %d calls a second is about %d of its engine',
    (shape, perSecond, load) => {
      expect(offeredLoad(shape, perSecond) / load).toBeCloseTo(1, 1);
    },
  );
});
