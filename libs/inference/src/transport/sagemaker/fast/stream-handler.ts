import { BufferQueue } from '../../buffer-queue.js';
import { CallHandler, type CallHandlerOptions } from '../../http/call-handler.js';
import type { TransportStream } from '../../transport.port.js';
import { UpstreamFailure } from '../../upstream-failure.js';
import { translateConnectionError } from '../translate-connection-error.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';
import { EventStreamDecoder, type EventStreamMessage } from './event-stream-decoder.js';
import { readStreamException } from './read-stream-exception.js';

export interface StreamHandlerOptions extends CallHandlerOptions {
  readonly endpoint: string;
  resolve(stream: TransportStream): void;
  reject(error: Error): void;
}

/** Turns the event stream of a response into the container's own bytes. */
export class StreamHandler extends CallHandler {
  private readonly decoder = new EventStreamDecoder();
  private readonly queue = new BufferQueue({
    pause: () => this.controller?.pause(),
    resume: () => this.controller?.resume(),
    cancel: () => this.cancel(new Error('the reader of the stream has left')),
  });
  private started = false;

  constructor(private readonly options: StreamHandlerOptions) {
    super(options);
  }

  protected start(): void {
    this.started = true;
    this.options.resolve(this.queue);
  }

  protected data(chunk: Buffer): void {
    let messages: EventStreamMessage[];
    try {
      messages = this.decoder.push(chunk);
    } catch (error) {
      this.cancel(
        new UpstreamFailure('upstream_garbage', 'The model endpoint answered with something that is no event stream.', {
          retry: 'never',
          cause: error,
        }),
      );
      return;
    }
    for (const message of messages) this.take(message);
  }

  protected end(): void {
    if (this.decoder.isAtBoundary) this.queue.end();
    else this.queue.fail(translateConnectionError(new Error('the event stream ended inside a message'), 'in-body'));
  }

  protected fail(error: Error): void {
    if (this.started) this.queue.fail(error);
    else this.options.reject(error);
  }

  private take({ headers, payload }: EventStreamMessage): void {
    const type = headers.get(':message-type');
    if (type === 'event') {
      if (headers.get(':event-type') === 'PayloadPart') this.queue.push(payload);
      return;
    }
    this.cancel(translateSageMakerError(readStreamException(headers, payload), this.options.endpoint));
  }
}
