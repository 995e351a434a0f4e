import { Readable } from 'node:stream';
import { storageUnavailable, translateS3Error, type S3Place } from './translate-s3-error.js';

export interface BodyGuard {
  readonly expectedBytes: number;
  /** The longest silence while the reader waits; the time in which the reader itself pauses does not count. */
  readonly inactivityMs: number;
  readonly place: S3Place;
  readonly signal?: AbortSignal;
}

/**
 * An answer's body that ends well only when it is whole. It fails with `storage_unavailable` when it is short, cut or
 * silent, and with the caller's own reason on its signal; its socket is closed whenever it does not end well.
 */
export class GuardedBody extends Readable {
  private received = 0;
  private complete = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: Readable,
    private readonly guard: BodyGuard,
  ) {
    super();
    source.pause();
    source.on('data', this.receive);
    source.once('end', this.conclude);
    source.on('error', (error) => this.destroy(translateS3Error(error, guard.place)));
    source.once('close', this.conclude);
    guard.signal?.addEventListener('abort', this.leave, { once: true });
    if (guard.signal?.aborted === true) this.leave();
  }

  override _read(): void {
    this.timer ??= setTimeout(() => this.fail(`No byte for ${this.guard.inactivityMs} ms.`), this.guard.inactivityMs);
    this.source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.stopTimer();
    this.guard.signal?.removeEventListener('abort', this.leave);
    if (!this.complete) this.source.destroy();
    callback(error);
  }

  private readonly receive = (chunk: Buffer): void => {
    this.received += chunk.length;
    if (this.push(chunk)) {
      this.timer?.refresh();
    } else {
      this.stopTimer();
      this.source.pause();
    }
  };

  private readonly conclude = (): void => {
    if (this.complete || this.destroyed) return;
    if (this.received !== this.guard.expectedBytes) {
      this.fail(`The body ended after ${this.received} of ${this.guard.expectedBytes} bytes.`);
      return;
    }
    this.complete = true;
    this.stopTimer();
    this.push(null);
  };

  private readonly leave = (): void => {
    this.destroy(this.guard.signal?.reason as Error);
  };

  private fail(message: string): void {
    this.destroy(storageUnavailable(new Error(message), this.guard.place));
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
