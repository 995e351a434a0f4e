import { describe, expect, it } from 'vitest';
import { LineSet } from './line-set.js';

describe('LineSet', () => {
  it('holds what was put in and nothing else, wherever it lies', () => {
    const lines = [0, 7, 8, 9, 32_767, 32_768, 1_000_003, 9_999_999];
    const set = new LineSet();
    for (const line of lines.toReversed()) set.add(line);
    const near = lines.flatMap((line) => [line - 1, line, line + 1]).filter((line) => line >= 0);
    expect(near.filter((line) => set.has(line))).toEqual(near.filter((line) => lines.includes(line)));
    expect(set.has(2 ** 40)).toBe(false);
  });

  it('is the same after each line was put in twice', () => {
    const set = new LineSet();
    for (const line of [3, 3, 5, 5]) set.add(line);
    expect([2, 3, 4, 5].map((line) => set.has(line))).toEqual([false, true, false, true]);
  });
});
