import { describe, expect, it } from 'vitest';
import { parseRange } from './parse-range.js';

describe('parseRange', () => {
  it.each([
    ['bytes=0-99', 1000, { first: 0, last: 99 }],
    ['bytes=0-0', 1000, { first: 0, last: 0 }],
    ['bytes=999-999', 1000, { first: 999, last: 999 }],
    ['bytes=500-', 1000, { first: 500, last: 999 }],
    ['bytes=0-5000', 1000, { first: 0, last: 999 }],
    ['bytes=-100', 1000, { first: 900, last: 999 }],
    ['bytes=-5000', 1000, { first: 0, last: 999 }],
    ['Bytes=1-2', 1000, { first: 1, last: 2 }],
    [' bytes=1-2 ', 1000, { first: 1, last: 2 }],
  ])('takes %s of %i bytes', (header, totalBytes, range) => {
    expect(parseRange(header, totalBytes)).toEqual(range);
  });

  it.each([undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=a-b', 'bytes 0-1'])(
    'sends the whole file for %s',
    (header) => {
      expect(parseRange(header, 1000)).toBeUndefined();
    },
  );

  it.each([
    ['bytes=1000-', 1000],
    ['bytes=1000-2000', 1000],
    ['bytes=-0', 1000],
    ['bytes=0-', 0],
    ['bytes=-5', 0],
    [`bytes=${'9'.repeat(400)}-`, 1000],
  ])('refuses %s of %i bytes', (header, totalBytes) => {
    expect(() => parseRange(header, totalBytes)).toThrow(expect.objectContaining({ reason: 'range_not_satisfiable' }));
  });
});
