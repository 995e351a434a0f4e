import { describe, expect, it } from 'vitest';
import { freePiece } from './free-piece.js';

describe('freePiece', () => {
  it('gives back the memory of a piece, and leaves what a parser of forms may go on using', () => {
    const piece = Buffer.alloc(65_536, 1);
    const ofTheParser = Buffer.alloc(74, 1);
    freePiece(piece);
    freePiece(ofTheParser);

    expect([piece.length, ofTheParser.length]).toEqual([0, 74]);
  });
});
