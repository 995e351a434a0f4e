const UNIT_BYTES = 65_536;

/**
 * Memory for large bytes that follow each other, used again once one is done with. Work of any length then touches as much
 * as it has under way; buffers of this size that are thrown away pile up between two collections, and bring those on.
 */
export class BufferPool {
  private readonly spare: Buffer[] = [];
  private spareBytes = 0;

  /** @param maxSpareBytes what is kept of memory that nobody has at the moment. */
  constructor(private readonly maxSpareBytes: number) {}

  /** So many bytes, whatever stood in them before; the caller's alone until they are given back. */
  take(bytes: number): Buffer {
    const place = this.spare.findIndex(({ length }) => length >= bytes);
    const [found] = place < 0 ? [] : this.spare.splice(place, 1);
    if (found !== undefined) this.spareBytes -= found.length;
    // Not from Node's shared pool, and of few lengths, so that what is given back fits the next.
    const whole = found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES);
    return whole.subarray(0, bytes);
  }

  /** Only for what was taken here and nobody reads any more: a request that failed may still be sending it. */
  giveBack(taken: Buffer): void {
    const whole = Buffer.from(taken.buffer);
    if (this.spareBytes + whole.length > this.maxSpareBytes) return;
    this.spare.push(whole);
    this.spareBytes += whole.length;
  }
}
