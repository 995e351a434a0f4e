import { ReplyBytes } from '../reply-bytes.js';
import type { TransportReply } from '../transport.port.js';
import { CallHandler, type CallHandlerOptions } from './call-handler.js';

export interface ReplyHandlerOptions extends CallHandlerOptions {
  resolve(reply: TransportReply): void;
  reject(error: Error): void;
}

/** Collects a whole answer, in the pieces in which it comes. */
export class ReplyHandler extends CallHandler {
  private readonly chunks: Buffer[] = [];

  constructor(private readonly options: ReplyHandlerOptions) {
    super(options);
  }

  protected start(): void {
    // The headers of a whole answer say nothing that is needed.
  }

  protected data(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  protected end(): void {
    this.options.resolve(new ReplyBytes(this.chunks));
  }

  protected fail(error: Error): void {
    this.options.reject(error);
  }
}
