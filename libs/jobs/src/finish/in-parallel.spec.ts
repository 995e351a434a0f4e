import { describe, expect, it } from 'vitest';
import { setImmediate } from 'node:timers/promises';
import { inParallel } from './in-parallel.js';

const TEN = Array.from({ length: 10 }, (_, index) => index);

describe('inParallel', () => {
  it('works on each item once, and on no more at a time than it may', async () => {
    const done: number[] = [];
    let atOnce = 0;
    let most = 0;
    await inParallel(TEN, 3, async (item) => {
      most = Math.max(most, ++atOnce);
      await setImmediate();
      atOnce--;
      done.push(item);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual(TEN);
    expect(most).toBe(3);
  });

  it('has nothing to do without items', async () => {
    await inParallel([], 3, async () => await Promise.reject(new Error('called')));
  });

  it('throws the failure once all that had begun is over, and begins nothing more', async () => {
    const begun: number[] = [];
    let running = 0;
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      running++;
      await setImmediate();
      if (item !== 1) await setImmediate();
      running--;
      if (item === 1) throw new Error('broken');
    };
    await expect(inParallel(TEN, 3, work)).rejects.toThrow('broken');
    expect(running).toBe(0);
    expect(begun.length).toBeLessThan(TEN.length);
  });
});
