import { describe, expect, it } from 'vitest';
import { freeBytes, freePiece } from './free-bytes.js';

describe('freeBytes', () => {
  it('gives back memory that is theirs alone', () => {
    const bytes = Buffer.alloc(100_000, 1);
    freeBytes(bytes);

    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0]);
  });

  it('leaves memory alone that others share', () => {
    const whole = Buffer.alloc(100_000, 1);
    freeBytes(whole.subarray(0, 50_000));
    const small = Buffer.from('pooled');
    freeBytes(small);

    expect(whole.at(-1)).toBe(1);
    expect(small.toString()).toBe('pooled');
  });
});

describe('freePiece', () => {
  it('gives back the memory of a piece, and leaves what a parser of forms may go on using', () => {
    const piece = Buffer.alloc(65_536, 1);
    const ofTheParser = Buffer.alloc(74, 1);
    freePiece(piece);
    freePiece(ofTheParser);

    expect([piece.length, ofTheParser.length]).toEqual([0, 74]);
  });
});
