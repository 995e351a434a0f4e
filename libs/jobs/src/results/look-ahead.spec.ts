import { describe, expect, it } from 'vitest';
import { lookAhead } from './look-ahead.js';

describe('lookAhead', () => {
  it('gives all in order, and has begun only so many before their turn', async () => {
    const begun: number[] = [];
    const seen: [number, number][] = [];
    const results = lookAhead([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      return await Promise.resolve(item);
    });
    for await (const item of results) seen.push([item, begun.length]);
    expect(seen).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
      [3, 5],
      [4, 5],
    ]);
  });

  it('fails in the turn of what failed, with what came before it given', async () => {
    const seen: number[] = [];
    const results = lookAhead([0, 1, 2], 2, async (item) => {
      if (item > 0) throw new Error(`no ${item}`);
      return await Promise.resolve(item);
    });
    const all = (async () => {
      for await (const item of results) seen.push(item);
    })();
    await expect(all).rejects.toThrow('no 1');
    expect(seen).toEqual([0]);
  });
});
