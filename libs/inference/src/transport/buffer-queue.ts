/** What the queue asks of the connection that fills it. */
export interface QueueSource {
  pause(): void;
  resume(): void;
  /** The reader has left; nothing more is wanted. */
  cancel(): void;
}

interface Waiting {
  resolve(result: IteratorResult<Buffer, undefined>): void;
  reject(error: Error): void;
}

/** A slow reader may leave this many bytes waiting before the connection is paused. */
const PAUSE_ABOVE_BYTES = 256 * 1024;
const RESUME_BELOW_BYTES = 64 * 1024;
const DONE: IteratorResult<Buffer, undefined> = { done: true, value: undefined };

/** Hands buffers from a connection that pushes to a reader that pulls, bounded in memory. */
export class BufferQueue implements AsyncIterableIterator<Buffer> {
  private items: Buffer[] = [];
  private bytes = 0;
  private paused = false;
  private ended = false;
  private error: Error | undefined;
  private waiting: Waiting | undefined;

  constructor(private readonly source: QueueSource) {}

  push(item: Buffer): void {
    if (this.ended || item.length === 0) return;
    if (this.waiting !== undefined) {
      this.takeWaiting()?.resolve({ done: false, value: item });
      return;
    }
    this.items.push(item);
    this.bytes += item.length;
    if (this.bytes > PAUSE_ABOVE_BYTES && !this.paused) {
      this.paused = true;
      this.source.pause();
    }
  }

  end(): void {
    this.ended = true;
    this.takeWaiting()?.resolve(DONE);
  }

  /** What came before the failure is still read first. */
  fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    const waiting = this.takeWaiting();
    if (waiting === undefined) this.error = error;
    else waiting.reject(error);
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    const item = this.items.shift();
    if (item !== undefined) {
      this.bytes -= item.length;
      if (this.paused && this.bytes < RESUME_BELOW_BYTES) {
        this.paused = false;
        this.source.resume();
      }
      return Promise.resolve({ done: false, value: item });
    }
    const { error } = this;
    if (error !== undefined) {
      this.error = undefined;
      return Promise.reject(error);
    }
    if (this.ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Buffer, undefined>> {
    const wasOpen = !this.ended;
    this.items = [];
    this.error = undefined;
    this.end();
    if (wasOpen) this.source.cancel();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private takeWaiting(): Waiting | undefined {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }
}
