/** Reads lines and counted or delimited stretches from a stream of chunks, holding one chunk at a time. */
export class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The bytes before the next delimiter, which is consumed; undefined where there is none within `maxBytes`. */
  async readUntil(delimiter: Buffer, maxBytes: number): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.buffered.indexOf(delimiter);
      if (at >= 0 && at <= maxBytes) {
        const found = this.buffered.subarray(0, at);
        this.buffered = this.buffered.subarray(at + delimiter.length);
        return found;
      }
      if (this.buffered.length > maxBytes + delimiter.length || !(await this.fill())) return undefined;
    }
  }

  /** Exactly `count` bytes in pieces. The stream may end early: the caller counts. */
  async *take(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.buffered.length === 0 && !(await this.fill())) return;
      const piece = this.buffered.subarray(0, left);
      this.buffered = this.buffered.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** The bytes before the next delimiter, which is consumed; returns whether there was one. */
  async *takeUntil(delimiter: Buffer): AsyncGenerator<Buffer, boolean> {
    for (;;) {
      const at = this.buffered.indexOf(delimiter);
      // The end of what is held may be the beginning of the delimiter.
      const certain = at >= 0 ? at : Math.max(0, this.buffered.length - delimiter.length + 1);
      const piece = this.buffered.subarray(0, certain);
      this.buffered = this.buffered.subarray(at >= 0 ? at + delimiter.length : certain);
      if (piece.length > 0) yield piece;
      if (at >= 0) return true;
      if (!(await this.fill())) {
        yield this.buffered;
        return false;
      }
    }
  }

  private async fill(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.buffered = this.buffered.length === 0 ? next.value : Buffer.concat([this.buffered, next.value]);
    return true;
  }
}
