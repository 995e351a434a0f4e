import { describe, expect, it } from 'vitest';
import { chunkPieces } from './chunk-pieces.js';

const SAMPLES_A_SECOND = 16_000;

function piecesOf(count: number, seconds: number): [number, number, number][] {
  const samples = seconds * SAMPLES_A_SECOND;
  return Array.from({ length: count }, (_, index) => [index * samples, (index + 1) * samples, 0]);
}

const sizesOf = (count: number, seconds: number): number[] =>
  chunkPieces(piecesOf(count, seconds)).map(({ requests }) => requests);

describe('chunkPieces', () => {
  it('leaves the first piece alone, as its language is that of the others', () => {
    expect(sizesOf(1, 26)).toEqual([1]);
    expect(sizesOf(12, 26)).toEqual([1, 8, 3]);
  });

  it('puts more pieces of a long recording into a chunk, up to 32', () => {
    const tenHours = sizesOf(1385, 26);

    expect(Math.max(...tenHours)).toBe(29);
    expect(tenHours).toHaveLength(49);
    expect(tenHours.reduce((sum, pieces) => sum + pieces, 0)).toBe(1385);
    expect(Math.max(...sizesOf(10_000, 26))).toBe(32);
  });

  it('gives pieces of many minutes chunks of their own', () => {
    expect(sizesOf(6, 600)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('covers the bytes of all pieces, each once', () => {
    const chunks = chunkPieces(piecesOf(100, 26));

    expect(chunks[0]?.first).toBe(0);
    expect(chunks.at(-1)?.last).toBe(100 * 26 * SAMPLES_A_SECOND * 2 - 1);
    expect(chunks.slice(1).every(({ first }, index) => first === (chunks[index]?.last ?? 0) + 1)).toBe(true);
  });
});
