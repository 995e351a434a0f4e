import { describe, expect, it } from 'vitest';
import type { PlannedChunk } from '#contracts';
import { joinChunks } from './join-chunks.js';

const LINES = 10;
const LINE_BYTES = 100;
const BOUNDS = { maxLines: LINES, maxBytes: 1_000_000 };

/** A job of so many full chunks, cut and joined; `replyBytes` is each line's. */
function joined(chunks: number, { replyBytes = 1, bounds = BOUNDS } = {}): PlannedChunk[] {
  const bytes = LINES * LINE_BYTES;
  const cut = Array.from({ length: chunks }, (_, index) => ({
    chunk: { first: index * bytes, last: (index + 1) * bytes - 1, request: index * LINES, requests: LINES },
    replyBytes: LINES * replyBytes,
  }));
  return joinChunks(cut, chunks * LINES, bounds);
}

const requestsOf = (chunks: readonly PlannedChunk[]): number[] => chunks.map(({ requests }) => requests);

describe('joinChunks', () => {
  it('leaves a small job in as many chunks as it was cut into', () => {
    expect(joined(31)).toHaveLength(31);
  });

  it('joins neighbours of a larger one, as long as workers have sixteen chunks to share', () => {
    expect(requestsOf(joined(32))).toEqual(Array<number>(16).fill(2 * LINES));
    expect(joined(100)).toHaveLength(17);
  });

  it('makes no chunk of more than eight', () => {
    expect(requestsOf(joined(1000))).toEqual(Array<number>(125).fill(8 * LINES));
  });

  it('covers the same lines and bytes, in order', () => {
    const chunks = joined(33);
    expect(chunks[0]).toEqual({ first: 0, last: 1999, request: 0, requests: 20 });
    expect(chunks.at(-1)).toEqual({ first: 32_000, last: 32_999, request: 320, requests: 10 });
    for (const [index, { first, request }] of chunks.entries()) {
      const before = chunks[index - 1];
      expect(first).toBe(before === undefined ? 0 : before.last + 1);
      expect(request).toBe(before === undefined ? 0 : before.request + before.requests);
    }
  });

  it('keeps the number of the first line', () => {
    const cut = Array.from({ length: 32 }, (_, index) => ({
      chunk: { first: index * 10, last: index * 10 + 9, request: index, requests: 1, line: 3 * index + 1 },
      replyBytes: 1,
    }));
    expect(joinChunks(cut, 32, { maxLines: 1, maxBytes: 1000 })[1]).toEqual({
      first: 20,
      last: 39,
      request: 2,
      requests: 2,
      line: 7,
    });
  });

  it('does not go beyond the bytes of a chunk', () => {
    const bounds = { ...BOUNDS, maxBytes: 3 * LINES * LINE_BYTES };
    expect(requestsOf(joined(1000, { bounds })).slice(0, 3)).toEqual([30, 30, 30]);
  });

  it('holds no more output than a worker has room for', () => {
    expect(requestsOf(joined(1000, { replyBytes: 2 ** 18 })).slice(0, 2)).toEqual([30, 30]);
  });

  it('joins nothing whose output may be of any size', () => {
    expect(joined(1000, { replyBytes: Infinity })).toHaveLength(1000);
  });
});
