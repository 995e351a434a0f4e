import { describe, expect, it } from 'vitest';
import { GenerateModel } from './generate-model.js';
import { GPU_SHAPES, type GenerateShape, type GpuShapeName } from './gpu-shapes.js';
import { VirtualClock } from './testing/virtual-clock.js';
import { exactly, watchCall } from './testing/watch-call.js';

const SHAPE = { kind: 'generate', maxRunning: 64, stepBaseMs: 20, stepPerSequenceMs: 0.45, prefillTokensPerMs: 8 };
const step = (running: number): number => 20 + 0.45 * running;

function setUp(name: GpuShapeName = 'chat') {
  const clock = new VirtualClock();
  const model = new GenerateModel(GPU_SHAPES[name] as GenerateShape, clock, exactly);
  const take = (promptTokens: number, outputTokens: number) => watchCall(model, clock, { promptTokens, outputTokens });
  return { clock, take };
}

describe('GenerateModel', () => {
  it('has the parameters that it is judged on', () => {
    expect(GPU_SHAPES.chat).toEqual({ ...SHAPE, jitter: 0.05, abortFreesSlot: true });
    expect(GPU_SHAPES.chatNoAbort).toEqual({ ...SHAPE, jitter: 0.05, abortFreesSlot: false });
  });

  it('spends a prompt on prefill and then a step on each token', () => {
    const { clock, take } = setUp();
    const call = take(800, 3);
    clock.run();
    expect(call.tokensAtMs).toEqual([1, 2, 3].map((tokens) => expect.closeTo(100 + tokens * step(1), 6) as number));
    expect(call.endedAtMs).toBeCloseTo(100 + 3 * step(1), 6);
  });

  it('lets n calls of m tokens without prompts end after n short steps that fill the batch and m - 1 full ones', () => {
    for (const [calls, tokens] of [
      [2, 50],
      [16, 40],
      [64, 100],
    ] as const) {
      const { clock, take } = setUp();
      const taken = Array.from({ length: calls }, () => take(0, tokens));
      clock.run();
      // The k-th joins before step k, so that the last one has the tokens of `calls` - 1 steps still to come when it begins.
      let expectedMs = 0;
      for (let at = 1; at <= calls + tokens - 1; at++)
        expectedMs += step(Math.min(at, calls, tokens, calls + tokens - at));
      expect(taken.at(-1)?.endedAtMs).toBeCloseTo(expectedMs, 6);
    }
  });

  it('prefills one prompt between two steps, so that running calls go on meanwhile', () => {
    const { clock, take } = setUp();
    const running = take(0, 100);
    clock.runUntil(step(1) / 2);
    const later = [take(800, 5), take(800, 5)];
    clock.run();
    const gaps = running.tokensAtMs.slice(0, 4).map((atMs, index, all) => atMs - (all[index - 1] ?? 0));
    expect(gaps.map((gap) => Math.round(gap * 100) / 100)).toEqual([step(1), 100 + step(2), 100 + step(3), step(3)]);
    expect(later[0]?.tokensAtMs[0]).toBeCloseTo(step(1) + 100 + step(2), 6);
    expect(later[1]?.tokensAtMs[0]).toBeCloseTo(step(1) + 200 + step(2) + step(3), 6);
  });

  it('lets what is beyond its places wait until one is free', () => {
    const { clock, take } = setUp();
    const running = Array.from({ length: 64 }, () => take(0, 1000));
    const waiting = take(0, 1);
    clock.run();
    const firstFreeMs = Math.min(...running.map(({ endedAtMs }) => endedAtMs ?? NaN));
    expect(waiting.tokensAtMs[0]).toBeCloseTo(firstFreeMs + step(64), 6);
  });

  it('frees the place of a call that was aborted at the next step', () => {
    const { clock, take } = setUp();
    const aborted = take(0, 1000);
    const other = take(0, 10);
    clock.runUntil(100);
    aborted.abort();
    clock.run();
    expect(aborted.endedAtMs).toBeCloseTo(step(1) + 4 * step(2), 6);
    expect(other.endedAtMs).toBeCloseTo(step(1) + 4 * step(2) + 6 * step(1), 6);
  });

  it('does not begin with a call that was aborted while it waited', () => {
    const { clock, take } = setUp();
    const running = take(0, 2);
    const aborted = take(8000, 10);
    aborted.abort();
    clock.run();
    expect(aborted.tokensAtMs).toEqual([]);
    expect(running.endedAtMs).toBeCloseTo(2 * step(1), 6);
  });

  it('runs an aborted call to its end where the engine does not look', () => {
    const { clock, take } = setUp('chatNoAbort');
    const aborted = take(0, 100);
    const other = take(0, 10);
    aborted.abort();
    clock.run();
    expect(aborted.endedAtMs).toBeCloseTo(90 * step(1) + 10 * step(2), 6);
    expect(other.endedAtMs).toBeCloseTo(step(1) + 10 * step(2), 6);
  });

  it('takes up a call that comes after it has been idle', () => {
    const { clock, take } = setUp();
    take(0, 1);
    clock.runUntil(1000);
    const call = take(80, 1);
    clock.run();
    expect(call.endedAtMs).toBeCloseTo(1010 + step(1), 6);
  });
});
