/** Buffers that wait to be used again; what is given back beyond is left to the garbage collector. */
const MAX_SPARE = 8;

/**
 * The memory that parts are put together in, used again once a part is stored, by whichever upload is next. Buffers of this
 * size that are thrown away pile up between two collections.
 */
export class PartBuffers {
  private readonly spare: Buffer[] = [];

  /** Memory for so many bytes, whatever they are; valid until it is given back. */
  take(bytes: number): Buffer {
    const place = this.spare.findIndex(({ length }) => length >= bytes);
    const [found] = place < 0 ? [] : this.spare.splice(place, 1);
    // Not from Node's shared pool, whose pieces say nothing of how long they are.
    return (found ?? Buffer.allocUnsafeSlow(bytes)).subarray(0, bytes);
  }

  /** Only for what nobody reads any more: a request that failed may still be sending it. */
  giveBack(taken: Buffer): void {
    if (this.spare.length < MAX_SPARE) this.spare.push(Buffer.from(taken.buffer, taken.byteOffset));
  }
}
