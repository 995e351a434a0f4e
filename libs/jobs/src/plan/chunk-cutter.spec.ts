import { describe, expect, it } from 'vitest';
import { ChunkCutter } from './chunk-cutter.js';

function cut(bounds: { maxLines: number; maxBytes: number }, lengths: readonly number[], gap = 0) {
  const cutter = new ChunkCutter(bounds);
  let first = 0;
  for (const length of lengths) {
    cutter.add({ first, last: first + length - 1 });
    first += length + gap;
  }
  return cutter.finish();
}

describe('ChunkCutter', () => {
  it('makes no chunk of no lines', () => {
    expect(cut({ maxLines: 2, maxBytes: 100 }, [])).toEqual({ chunks: [], total: 0 });
  });

  it('cuts by number of lines', () => {
    expect(cut({ maxLines: 2, maxBytes: 100 }, [10, 10, 10, 10, 10])).toEqual({
      total: 5,
      chunks: [
        { first: 0, last: 19, request: 0, requests: 2 },
        { first: 20, last: 39, request: 2, requests: 2 },
        { first: 40, last: 49, request: 4, requests: 1 },
      ],
    });
  });

  it('cuts by bytes, with a chunk that is just full', () => {
    const { chunks } = cut({ maxLines: 10, maxBytes: 20 }, [10, 10, 10, 11, 9]);
    expect(chunks.map(({ first, last }) => last - first + 1)).toEqual([20, 10, 20]);
  });

  it('gives a line that is longer than a chunk one of its own', () => {
    const { chunks } = cut({ maxLines: 10, maxBytes: 20 }, [5, 50, 5]);
    expect(chunks.map(({ requests }) => requests)).toEqual([1, 1, 1]);
  });

  it('counts the blank lines between requests as bytes, and as no requests', () => {
    const { chunks, total } = cut({ maxLines: 10, maxBytes: 30 }, [10, 10, 10], 5);
    expect(total).toBe(3);
    expect(chunks).toEqual([
      { first: 0, last: 24, request: 0, requests: 2 },
      { first: 30, last: 39, request: 2, requests: 1 },
    ]);
  });
});
