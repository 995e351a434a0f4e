/**
 * The memory that an upload's parts are put together in, used again once a part is stored. An upload of any size then
 * touches as much as it has parts under way; buffers of this size that are thrown away pile up between two collections.
 */
export class PartBuffers {
  private spare: Buffer[] = [];

  /** The pieces as one; valid until it is given back. */
  join(pieces: readonly Buffer[]): Buffer {
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    const whole = this.take(bytes).subarray(0, bytes);
    let at = 0;
    for (const piece of pieces) at += piece.copy(whole, at);
    return whole;
  }

  /** Only for what nobody reads any more: a request that failed may still be sending it. */
  giveBack(joined: Buffer): void {
    this.spare.push(Buffer.from(joined.buffer, joined.byteOffset));
  }

  private take(bytes: number): Buffer {
    const place = this.spare.findIndex(({ length }) => length >= bytes);
    const [found] = place < 0 ? [] : this.spare.splice(place, 1);
    // Not from Node's shared pool, whose pieces say nothing of how long they are.
    return found ?? Buffer.allocUnsafeSlow(bytes);
  }
}
