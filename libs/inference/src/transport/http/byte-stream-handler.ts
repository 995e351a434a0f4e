import { BufferQueue } from '../buffer-queue.js';
import type { TransportStream } from '../transport.port.js';
import { CallHandler, type CallHandlerOptions } from './call-handler.js';

export interface ByteStreamHandlerOptions extends CallHandlerOptions {
  resolve(stream: TransportStream): void;
  reject(error: Error): void;
}

/** Hands on the bytes of a response as they come. */
export class ByteStreamHandler extends CallHandler {
  private readonly queue = new BufferQueue({
    pause: () => this.controller?.pause(),
    resume: () => this.controller?.resume(),
    cancel: () => this.cancel(new Error('the reader of the stream has left')),
  });
  private started = false;

  constructor(private readonly options: ByteStreamHandlerOptions) {
    super(options);
  }

  protected start(): void {
    this.started = true;
    this.options.resolve(this.queue);
  }

  protected data(chunk: Buffer): void {
    this.queue.push(chunk);
  }

  protected end(): void {
    this.queue.end();
  }

  protected fail(error: Error): void {
    if (this.started) this.queue.fail(error);
    else this.options.reject(error);
  }
}
