/**
 * Bounds the bytes of parts that all uploads of a process have under way to S3 together. It is S3 that makes room again, so
 * nobody waits here for another's sender.
 */
export class TransferRoom {
  private usedBytes = 0;
  private readonly waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(private readonly maxBytes: number) {}

  /** In turn; what is larger than all of the room has it to itself. @throws the signal's reason */
  async enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.waiting.length === 0 && this.fits(bytes)) {
      this.usedBytes += bytes;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { bytes, enter: resolve };
    const giveUp = (): void => {
      const place = this.waiting.indexOf(one);
      if (place < 0) return;
      this.waiting.splice(place, 1);
      reject(signal.reason as Error);
      this.letIn();
    };
    this.waiting.push(one);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  leave(bytes: number): void {
    this.usedBytes -= bytes;
    this.letIn();
  }

  private letIn(): void {
    for (let next = this.waiting[0]; next !== undefined && this.fits(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.usedBytes += next.bytes;
      next.enter();
    }
  }

  private fits(bytes: number): boolean {
    return this.usedBytes === 0 || this.usedBytes + bytes <= this.maxBytes;
  }
}
