import { describe, expect, it } from 'vitest';
import { EncodeModel } from './encode-model.js';
import { GPU_SHAPES, type EncodeShape } from './gpu-shapes.js';
import { VirtualClock } from './testing/virtual-clock.js';
import { exactly, watchCall } from './testing/watch-call.js';

function setUp(change: Partial<EncodeShape> = {}) {
  const clock = new VirtualClock();
  const model = new EncodeModel({ ...(GPU_SHAPES.embedding as EncodeShape), ...change }, clock, exactly);
  return { clock, take: (tokens: number) => watchCall(model, clock, { tokens }) };
}

describe('EncodeModel', () => {
  it('has the parameters that it is judged on', () => {
    expect(GPU_SHAPES.embedding).toEqual({
      kind: 'encode',
      callBaseMs: 4,
      tokensPerMs: 60,
      maxBatchTokens: 16_384,
      jitter: 0.05,
    });
  });

  it.each([
    [60, 4 + 1],
    [6000, 4 + 100],
    [16_384, 4 + 16_384 / 60],
  ])('takes %d tokens in one batch of %d ms', (tokens, expectedMs) => {
    const { clock, take } = setUp();
    const call = take(tokens);
    clock.run();
    expect(call.endedAtMs).toBeCloseTo(expectedMs, 6);
  });

  it('splits what is more than a batch into several, each with its own base', () => {
    const { clock, take } = setUp();
    const call = take(2 * 16_384 + 60);
    clock.run();
    expect(call.endedAtMs).toBeCloseTo(3 * 4 + (2 * 16_384 + 60) / 60, 6);
  });

  it('runs one batch at a time in the order of arrival, and joins no calls', () => {
    const { clock, take } = setUp();
    const calls = [take(600), take(60), take(1200)];
    clock.run();
    expect(calls.map(({ endedAtMs }) => Math.round(endedAtMs ?? NaN))).toEqual([14, 19, 43]);
  });

  it('runs an aborted call to its end, as the shape names no freeing', () => {
    const { clock, take } = setUp();
    const aborted = take(600);
    const next = take(60);
    aborted.abort();
    clock.run();
    expect([aborted.endedAtMs, next.endedAtMs].map((atMs) => Math.round(atMs ?? NaN))).toEqual([14, 19]);
  });

  it('lets go of an aborted call between two batches where aborts free places', () => {
    const { clock, take } = setUp({ abortFreesSlot: true });
    const running = take(2 * 16_384);
    const waiting = take(600);
    const next = take(60);
    running.abort();
    waiting.abort();
    clock.run();
    const batchMs = 4 + 16_384 / 60;
    expect(running.endedAtMs).toBeCloseTo(batchMs, 6);
    expect(next.endedAtMs).toBeCloseTo(batchMs + 5, 6);
  });
});
