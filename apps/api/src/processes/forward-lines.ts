import type { Readable, Writable } from 'node:stream';

const NEWLINE = 0x0a;

/** Passes on whole lines only: pieces of several processes must not end up inside each other's. */
export function forwardLines(source: Readable, target: Writable): void {
  let rest: Buffer = Buffer.alloc(0);
  source.on('data', (piece: Buffer) => {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, piece]);
      return;
    }
    target.write(Buffer.concat([rest, piece.subarray(0, end)]));
    rest = Buffer.from(piece.subarray(end));
  });
  source.on('end', () => {
    // Whoever was killed in the middle of a line must not spoil the next one of another.
    if (rest.length > 0) target.write(Buffer.concat([rest, Buffer.from('\n')]));
  });
}
