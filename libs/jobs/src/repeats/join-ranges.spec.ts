import { describe, expect, it } from 'vitest';
import { joinRanges } from './join-ranges.js';

const KIBIBYTE = 1024;

function rowsOf(...ranges: (readonly [first: number, last: number])[]) {
  return ranges.map(([first, last], request) => ({ request, range: { first, last } }));
}

function joined(...ranges: (readonly [number, number])[]) {
  return joinRanges(rowsOf(...ranges)).map(({ range, rows }) => [range.first, range.last, rows.length]);
}

describe('joinRanges', () => {
  it('reads neighbours at once, and what lies far away by itself', () => {
    const far = 64 * KIBIBYTE + 200;
    expect(joined([0, 99], [101, 150], [far, far + 9])).toEqual([
      [0, 150, 2],
      [far, far + 9, 1],
    ]);
  });

  it('reads no more at once than there is memory for, but for a row that is larger by itself', () => {
    const row = 700 * KIBIBYTE;
    const large = 3000 * KIBIBYTE;
    expect(joined([0, row - 1], [row, 2 * row - 1], [2 * row, 2 * row + large])).toEqual([
      [0, row - 1, 1],
      [row, 2 * row - 1, 1],
      [2 * row, 2 * row + large, 1],
    ]);
  });
});
