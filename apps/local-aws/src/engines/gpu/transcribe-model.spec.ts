import { describe, expect, it } from 'vitest';
import { GPU_SHAPES, type TranscribeShape } from './gpu-shapes.js';
import { VirtualClock } from './testing/virtual-clock.js';
import { exactly, watchCall } from './testing/watch-call.js';
import { TranscribeModel } from './transcribe-model.js';

const ALONE_MS_PER_SECOND = 30;
const slowdown = (running: number): number => 1 + 0.35 * (running - 1);

function setUp(change: Partial<TranscribeShape> = {}) {
  const clock = new VirtualClock();
  const model = new TranscribeModel({ ...(GPU_SHAPES.speech as TranscribeShape), ...change }, clock, exactly);
  return { clock, take: (audioSeconds: number) => watchCall(model, clock, { audioSeconds }) };
}

describe('TranscribeModel', () => {
  it('has the parameters that it is judged on', () => {
    expect(GPU_SHAPES.speech).toEqual({
      kind: 'transcribe',
      maxRunning: 4,
      secondsPerAudioSecondAlone: 0.03,
      slowdownPerRunning: 0.35,
      callBaseMs: 150,
      jitter: 0.05,
    });
  });

  it.each([1, 2, 3, 4])('slows %d recordings that run side by side down by the same share', (running) => {
    const { clock, take } = setUp();
    const calls = Array.from({ length: running }, () => take(30));
    clock.run();
    for (const { endedAtMs } of calls) {
      expect(endedAtMs).toBeCloseTo(150 + 30 * ALONE_MS_PER_SECOND * slowdown(running), 6);
    }
  });

  it('lets what is beyond its places wait until one is free', () => {
    const { clock, take } = setUp();
    for (let calls = 0; calls < 4; calls++) take(30);
    const fifth = take(10);
    clock.run();
    const firstEndMs = 150 + 30 * ALONE_MS_PER_SECOND * slowdown(4);
    expect(fifth.endedAtMs).toBeCloseTo(firstEndMs + 150 + 10 * ALONE_MS_PER_SECOND, 6);
  });

  it('speeds up what remains when a neighbour ends', () => {
    const { clock, take } = setUp();
    const short = take(10);
    const long = take(30);
    clock.run();
    const sharedMs = 10 * ALONE_MS_PER_SECOND * slowdown(2);
    expect(short.endedAtMs).toBeCloseTo(150 + sharedMs, 6);
    expect(long.endedAtMs).toBeCloseTo(150 + sharedMs + 20 * ALONE_MS_PER_SECOND, 6);
  });

  it('slows down what runs when a neighbour comes', () => {
    const { clock, take } = setUp();
    const first = take(30);
    clock.runUntil(150 + 300);
    const second = take(30);
    clock.run();
    expect(first.endedAtMs).toBeCloseTo(450 + 600 * slowdown(2), 6);
    const sharedMs = 600 * slowdown(2) - 150;
    expect(second.endedAtMs).toBeCloseTo((first.endedAtMs ?? NaN) + 900 - sharedMs / slowdown(2), 6);
  });

  it('runs an aborted recording to its end, and lets go of it where aborts free places', () => {
    for (const abortFreesSlot of [false, true]) {
      const { clock, take } = setUp({ abortFreesSlot, maxRunning: 1 });
      const running = take(10);
      const waiting = take(10);
      const last = take(10);
      waiting.abort();
      clock.run();
      expect(running.endedAtMs).toBeCloseTo(450, 6);
      expect(last.endedAtMs).toBeCloseTo(abortFreesSlot ? 900 : 1350, 6);
    }
  });
});
