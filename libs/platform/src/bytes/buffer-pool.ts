import { freeBytes } from './free-bytes.js';

const UNIT_BYTES = 65_536;
/** Work that goes on asks for memory many times in so long; after it comes other work, which needs the room. */
const IDLE_MS = 3_000;

/**
 * Memory for large bytes that follow each other, used again once one is done with. Work of any length then touches as much
 * as it has under way; buffers of this size that are thrown away pile up between two collections, and bring those on.
 */
export class BufferPool {
  private readonly spare: Buffer[] = [];
  private spareBytes = 0;
  private isInUse = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param maxSpareBytes what is kept of memory that nobody has at the moment. */
  constructor(private readonly maxSpareBytes: number) {}

  /** So many bytes, whatever stood in them before; the caller's alone until they are given back. */
  take(bytes: number): Buffer {
    this.isInUse = true;
    const found = this.takeSpare(bytes);
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
    this.isInUse = true;
    this.timer ??= setInterval(() => this.releaseIdle(), IDLE_MS).unref();
  }

  /** Gives all that is kept back to the system, once nobody has asked for any or brought some for a while. */
  private releaseIdle(): void {
    const wasInUse = this.isInUse;
    this.isInUse = false;
    if (wasInUse) return;
    clearInterval(this.timer);
    this.timer = undefined;
    for (const whole of this.spare.splice(0)) freeBytes(whole);
    this.spareBytes = 0;
  }

  /** The shortest that is long enough: a long one is for those who need it. */
  private takeSpare(bytes: number): Buffer | undefined {
    let best = -1;
    for (const [place, { length }] of this.spare.entries())
      if (length >= bytes && (best < 0 || length < (this.spare[best]?.length ?? 0))) best = place;
    return best < 0 ? undefined : this.spare.splice(best, 1)[0];
  }
}
