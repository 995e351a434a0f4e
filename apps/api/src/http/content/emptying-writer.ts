import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { freeBytes } from '#platform';

/** Bytes that are on their way to the client at most, besides the response's own buffer. */
const AHEAD_BYTES = 262_144;

interface Piece {
  readonly chunk: Buffer;
}

/**
 * Writes to a response, and gives back the memory of what the system has taken. For pieces that are nobody's once they
 * are sent. What was not sent to its end is left to the garbage collector: the system may still be reading it.
 */
export class EmptyingWriter extends Writable {
  constructor(private readonly response: ServerResponse) {
    super({ highWaterMark: AHEAD_BYTES });
  }

  override _writev(pieces: Piece[], callback: (error?: Error | null) => void): void {
    this.response.cork();
    for (const [index, { chunk }] of pieces.entries()) {
      const isLast = index === pieces.length - 1;
      this.response.write(chunk, (error) => {
        if (error == null) freeBytes(chunk);
        if (isLast) callback(error);
      });
    }
    this.response.uncork();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.response.end((error?: Error | null) => callback(error));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.response.writableFinished) this.response.destroy();
    callback(error);
  }
}
