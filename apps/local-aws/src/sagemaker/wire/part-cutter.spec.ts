import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../faults/create-seeded-random.js';
import { PartCutter } from './part-cutter.js';

const pieces = Array.from({ length: 60 }, (_, index) => Buffer.from(`data: {"text":"grüße 🌊 ${index}"}\n\n`));

function cutAll(seed: number, mayHold = true): Buffer[] {
  const cutter = new PartCutter({ random: createSeededRandom(seed), mayHold });
  return [...pieces.flatMap((piece) => cutter.push(piece)), ...cutter.flush()];
}

describe('the parts of a stream', () => {
  it('are all of it, in order, and none is empty', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const parts = cutAll(seed);
      expect(Buffer.concat(parts)).toEqual(Buffer.concat(pieces));
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }
  });

  it('are cut inside lines and inside characters, and joined across writes', () => {
    const parts = cutAll(1);
    const isInsideCharacter = (part: Buffer) => ((part[0] ?? 0) & 0xc0) === 0x80;
    expect(parts.filter(isInsideCharacter).length).toBeGreaterThan(5);
    expect(parts.some((part) => part.includes('}\n\ndata:'))).toBe(true);
    expect(parts.length).toBeGreaterThan(pieces.length);
  });

  it('are the same for the same seed and others for another', () => {
    expect(cutAll(7)).toEqual(cutAll(7));
    expect(cutAll(7)).not.toEqual(cutAll(8));
  });

  it('hold nothing back where the next write may be far away', () => {
    const cutter = new PartCutter({ random: createSeededRandom(3), mayHold: false });
    for (const piece of pieces) expect(Buffer.concat(cutter.push(piece))).toEqual(piece);
  });
});
