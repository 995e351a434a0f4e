import { describe, expect, it } from 'vitest';
import { splitRange } from './split-range.js';

describe('splitRange', () => {
  it('leaves a range within the limit whole', () => {
    expect(splitRange({ first: 5, last: 14 }, 10)).toEqual([{ first: 5, last: 14 }]);
  });

  it('cuts just above the limit into halves, not into a large and a tiny piece', () => {
    expect(splitRange({ first: 0, last: 10 }, 10)).toEqual([
      { first: 0, last: 4 },
      { first: 5, last: 10 },
    ]);
  });

  it('covers every byte once', () => {
    const pieces = splitRange({ first: 100, last: 1_099 }, 33);
    expect(pieces).toHaveLength(31);
    expect(pieces[0]?.first).toBe(100);
    expect(pieces.at(-1)?.last).toBe(1_099);
    pieces.slice(1).forEach((piece, index) => expect(piece.first).toBe((pieces[index]?.last ?? 0) + 1));
  });
});
