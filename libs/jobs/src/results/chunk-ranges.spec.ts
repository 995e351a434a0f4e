import { describe, expect, it } from 'vitest';
import { ChunkRanges } from './chunk-ranges.js';

describe('ChunkRanges', () => {
  it.each([
    [[], ''],
    [[0], '0'],
    [[0, 1, 2, 7, 9, 10], '0-2.7.9-10'],
    [[5, 999_999], '5.999999'],
  ])('says %j as %j and reads it back', (chunks, cursor) => {
    expect(ChunkRanges.format(chunks)).toBe(cursor);
    const ranges = ChunkRanges.parse(cursor);
    for (const chunk of [0, 1, 3, 5, 7, 8, 10, 11, 999_999]) expect(ranges.has(chunk)).toBe(chunks.includes(chunk));
  });

  it('takes a cursor of a huge range without holding its numbers', () => {
    const ranges = ChunkRanges.parse('0-999999999');
    expect([ranges.has(0), ranges.has(123_456_789), ranges.has(1_000_000_000)]).toEqual([true, true, false]);
  });
});
