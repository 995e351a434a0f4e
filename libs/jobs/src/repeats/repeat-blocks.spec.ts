import { describe, expect, it } from 'vitest';
import type { PlannedChunk } from '#contracts';
import { decodeBlock, encodeBlocks, rangeOfBlock } from './repeat-blocks.js';
import { RepeatPairs } from './repeat-pairs.js';

function chunksOf(...counts: number[]): PlannedChunk[] {
  let request = 0;
  return counts.map((requests) => {
    const chunk = { first: request, last: request + requests - 1, request, requests };
    request += requests;
    return chunk;
  });
}

function pairsOf(...all: (readonly [request: number, first: number])[]): RepeatPairs {
  const pairs = new RepeatPairs();
  for (const [request, first] of all) pairs.add(request, first);
  return pairs;
}

/** What a chunk reads of what was written for all. */
function readBlock({ chunks, blocks }: ReturnType<typeof encodeBlocks>, chunk: number) {
  const range = rangeOfBlock(chunks, chunk);
  if (range === undefined) return undefined;
  const { firsts, shared } = decodeBlock(blocks.subarray(range.first, range.last + 1), chunks[chunk]!);
  return { firsts: [...firsts], shared };
}

describe('encodeBlocks', () => {
  it('tells each chunk what earlier ones have for it, and what later ones want of it', () => {
    const pairs = pairsOf([1, 0], [3, 0], [4, 3], [7, 2], [8, 0], [9, 6]);
    const encoded = encodeBlocks(pairs, chunksOf(3, 3, 1, 3, 2));
    expect([0, 1, 2, 3, 4].map((chunk) => readBlock(encoded, chunk))).toEqual([
      { firsts: [], shared: [0, 2] },
      { firsts: [[3, 0]], shared: [] },
      { firsts: [], shared: [6] },
      {
        firsts: [
          [7, 2],
          [8, 0],
          [9, 6],
        ],
        shared: [],
      },
      undefined,
    ]);
  });

  it('has what a chunk shares in the order in which it is needed', () => {
    const encoded = encodeBlocks(pairsOf([4, 3], [6, 2], [7, 0], [8, 3], [9, 1]), chunksOf(4, 2, 2, 2));
    expect(readBlock(encoded, 0)?.shared).toEqual([3, 2, 0, 1]);
  });

  it('leaves chunks as they are that are equal to no other', () => {
    const chunks = chunksOf(2, 2);
    const encoded = encodeBlocks(pairsOf([1, 0], [3, 2]), chunks);
    expect(encoded).toEqual({ chunks, blocks: Buffer.alloc(0) });
  });

  it('holds as many as there are', () => {
    const pairs = new RepeatPairs();
    for (let request = 5000; request < 10_000; request++) pairs.add(request, request - 5000);
    const encoded = encodeBlocks(pairs, chunksOf(5000, 5000));
    expect(encoded.chunks.map(({ repeats, shared }) => [repeats, shared])).toEqual([
      [undefined, 5000],
      [5000, undefined],
    ]);
    expect(readBlock(encoded, 0)?.shared.at(-1)).toBe(4999);
    expect(readBlock(encoded, 1)?.firsts.at(-1)).toEqual([9999, 4999]);
  });
});
