import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinInSlices } from './join-in-slices.js';

const MEBIBYTE = 1024 * 1024;

describe('joinInSlices', () => {
  it.each([
    ['nothing', []],
    ['an empty piece', [0]],
    ['short pieces', [3, 0, 5]],
    ['one long piece', [3 * MEBIBYTE + 7]],
    ['long and short pieces', [10, 2 * MEBIBYTE, 1, MEBIBYTE - 1, MEBIBYTE + 1, 20]],
    ['many short pieces', Array.from({ length: 100 }, () => 65_536)],
  ])('gives the bytes in order for %s', async (_name, lengths) => {
    const pieces = lengths.map((length) => randomBytes(length));
    expect((await joinInSlices(pieces)).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('lets others run meanwhile', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    await joinInSlices([Buffer.alloc(8 * MEBIBYTE)]);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
