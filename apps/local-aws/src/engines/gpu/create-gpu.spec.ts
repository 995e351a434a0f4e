import { describe, expect, it } from 'vitest';
import { createGpu } from './create-gpu.js';
import { createJitter } from './create-jitter.js';
import { VirtualClock } from './testing/virtual-clock.js';
import { TokenFeed } from './token-feed.js';

const LONG = { kind: 'generate', promptTokens: 80, outputTokens: 1000 } as const;

describe('createGpu', () => {
  it('gives the same times for the same seed', async () => {
    const timesOf = async (seed: number): Promise<number[]> => {
      const clock = new VirtualClock();
      const gpu = createGpu('chat', seed, clock);
      const tokensAtMs: number[] = [];
      const work = { kind: 'generate', promptTokens: 80, outputTokens: 20 } as const;
      const done = gpu(work, { signal: new AbortController().signal, onToken: () => tokensAtMs.push(clock.nowMs()) });
      clock.run();
      await done;
      return tokensAtMs;
    };
    expect(await timesOf(1)).toEqual(await timesOf(1));
    expect(await timesOf(2)).not.toEqual(await timesOf(1));
  });

  it('rejects with the reason of whoever leaves, at once, and is not confused by that', async () => {
    const clock = new VirtualClock();
    const gpu = createGpu('chatNoAbort', 1, clock);
    const controller = new AbortController();
    const left = gpu(LONG, { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = gpu({ ...LONG, outputTokens: 1 }, { signal: new AbortController().signal });
    clock.run();
    await expect(next).resolves.toBeUndefined();
    // The call that nobody waited for was worked on to its end all the same.
    expect(clock.nowMs()).toBeGreaterThan(1000 * 15);
  });

  it('refuses work of another kind', async () => {
    const { signal } = new AbortController();
    await expect(createGpu('embedding', 1)(LONG, { signal })).rejects.toThrow('embedding cannot generate');
  });
});

describe('createJitter', () => {
  it('scatters by the relative deviation that it was given', () => {
    const jitter = createJitter(0.05, 7);
    const draws = Array.from({ length: 10_000 }, () => jitter(200));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
    expect(mean).toBeGreaterThan(199);
    expect(mean).toBeLessThan(201);
    expect(deviation).toBeGreaterThan(9.5);
    expect(deviation).toBeLessThan(10.5);
  });
});

describe('TokenFeed', () => {
  it('hands out each token when it is there, and what else is asked for when the work is done', async () => {
    const clock = new VirtualClock();
    const feed = new TokenFeed(
      createGpu('chat', 1, clock),
      { kind: 'generate', promptTokens: 0, outputTokens: 2 },
      new AbortController().signal,
    );
    let taken = 0;
    const reading = (async () => {
      for (; taken < 3; taken++) await feed.take();
    })();
    expect(taken).toBe(0);
    clock.run();
    await reading;
    expect(taken).toBe(3);
  });

  it('ends with the reason of the caller who leaves', async () => {
    const controller = new AbortController();
    const feed = new TokenFeed(createGpu('chat', 1, new VirtualClock()), LONG, controller.signal);
    const waiting = feed.arrived();
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });

  it('tells the GPU when it is closed', async () => {
    const clock = new VirtualClock();
    const gpu = createGpu('chat', 1, clock);
    const feed = new TokenFeed(gpu, LONG, new AbortController().signal);
    feed.close();
    clock.run();
    expect(clock.nowMs()).toBeLessThan(100);
    await expect(feed.arrived()).rejects.toThrow('not read to its end');
  });
});
