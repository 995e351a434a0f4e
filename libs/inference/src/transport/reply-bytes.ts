import type { JsonEdit } from '#platform';
import type { TransportReply } from './transport.port.js';

/** Answers up to this length share one piece of memory while they are looked at. */
const SCRATCH_BYTES = 8 * 1024 * 1024;

let scratch: Buffer | undefined;

/**
 * A whole answer in the pieces in which it came. Putting 2 MB together costs more than relaying them: memory of that size
 * comes fresh from the system, and counts towards the next garbage collection of the whole heap.
 */
export class ReplyBytes implements TransportReply {
  readonly length: number;
  private joined: Buffer | undefined;

  constructor(readonly pieces: readonly Buffer[]) {
    this.length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** The answer in one piece, in memory of its own. */
  get body(): Buffer {
    const [first] = this.pieces;
    this.joined ??= this.pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.pieces, this.length);
    return this.joined;
  }

  /** Shows the answer in one piece, which the next answer overwrites: nothing of it may be kept, and `look` may not wait. */
  inspect<T>(look: (bytes: Buffer) => T): T {
    if (this.joined !== undefined || this.pieces.length <= 1 || this.length > SCRATCH_BYTES) return look(this.body);
    scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    let at = 0;
    for (const piece of this.pieces) {
      scratch.set(piece, at);
      at += piece.length;
    }
    return look(scratch.subarray(0, this.length));
  }

  /** The answer with some of its bytes replaced, without a copy. @param edits In the order of the bytes. */
  edited(edits: readonly JsonEdit[]): ReplyBytes {
    const pieces: Buffer[] = [];
    let at = 0;
    for (const { start, end, text } of edits) {
      this.collect(pieces, at, start);
      pieces.push(Buffer.from(text));
      at = end;
    }
    this.collect(pieces, at, this.length);
    return new ReplyBytes(pieces);
  }

  private collect(into: Buffer[], from: number, to: number): void {
    let start = 0;
    for (const piece of this.pieces) {
      const end = start + piece.length;
      if (end > from && start < to) into.push(piece.subarray(Math.max(0, from - start), Math.min(end, to) - start));
      start = end;
    }
  }
}
