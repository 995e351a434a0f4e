import { describe, expect, it } from 'vitest';
import { createLogger, GatewayError } from '#platform';
import { GarbageLoop } from './garbage-loop.js';

/** A loop over passes of three steps each. */
function createLoop(fail?: () => Error | undefined) {
  const state = { nowMs: 1_000_000, leading: true, stepMs: 0 };
  const steps: number[] = [];
  let passes = 0;
  const loop = new GarbageLoop({
    collector: {
      pass: async function* () {
        const pass = ++passes;
        for (let step = 0; step < 3; step++) {
          await Promise.resolve();
          const failure = fail?.();
          if (failure !== undefined) throw failure;
          state.nowMs += state.stepMs;
          steps.push(pass);
          yield;
        }
      },
    },
    isLeading: () => state.leading,
    garbageMs: 60_000,
    logger: createLogger({ name: 'test', level: 'silent' }),
    now: () => state.nowMs,
  });
  state.nowMs += 60_000;
  return { loop, state, steps };
}

describe('GarbageLoop', () => {
  it('makes a pass, rests, and makes the next', async () => {
    const { loop, state, steps } = createLoop();
    await loop.turn();
    await loop.turn();
    expect(steps).toEqual([1, 1, 1]);
    state.nowMs += 60_000;
    await loop.turn();
    expect(steps).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('works a second at a time and goes on where it was', async () => {
    const { loop, state, steps } = createLoop();
    state.stepMs = 1000;
    await loop.turn();
    expect(steps).toEqual([1]);
    await loop.turn();
    expect(steps).toEqual([1, 1]);
  });

  it('leaves it to the worker that leads', async () => {
    const { loop, state, steps } = createLoop();
    state.leading = false;
    await loop.turn();
    expect(steps).toEqual([]);
  });

  it('tries again at the next turn when the store is away, and after a rest when something else is wrong', async () => {
    let failure: Error | undefined = new GatewayError('storage_unavailable', 'The storage does not answer.');
    const { loop, state, steps } = createLoop(() => failure);
    await loop.turn();
    failure = new Error('a rule is missing');
    await loop.turn();
    failure = undefined;
    await loop.turn();
    expect(steps).toEqual([]);
    state.nowMs += 60_000;
    await loop.turn();
    expect(steps).toEqual([3, 3, 3]);
  });
});
