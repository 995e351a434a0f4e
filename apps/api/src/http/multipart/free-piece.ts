import { freeBytes } from '#platform';

/** The parser of forms keeps a few dozen bytes of its own for boundaries, and hands them on as if they were the file's. */
const LEAST_PIECE_BYTES = 4096;

/** `freeBytes` for a piece of a form's file; small ones, which may be the parser's, stay as they are. */
export function freePiece(piece: Uint8Array): void {
  if (piece.byteLength >= LEAST_PIECE_BYTES) freeBytes(piece);
}
