import type { TransportStream } from '../../transport/transport.port.js';
import type { EndpointSignals } from './endpoint-signals.js';

export interface StreamMeasure {
  readonly signals: EndpointSignals;
  /** Bytes of the request. */
  readonly size: number;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
}

/** A stream whose first piece is timed and whose further ones are counted; a piece costs an addition and a clock. */
export class MeasuredStream implements TransportStream {
  private pieces = 0;
  private firstAtMs = 0;
  private lastAtMs = 0;
  private hasLeft = false;
  private readonly onPiece = (result: IteratorResult<Buffer, unknown>): IteratorResult<Buffer, unknown> => {
    if (result.done === true) {
      this.leave();
      return result;
    }
    this.lastAtMs = performance.now();
    if (this.pieces++ === 0) {
      this.firstAtMs = this.lastAtMs;
      this.measure.signals.firstCame(this.measure.size, this.firstAtMs - this.measure.startedAtMs);
    }
    return result;
  };
  private readonly onFailure = (error: unknown): never => {
    this.leave();
    throw error;
  };

  constructor(
    private readonly inner: TransportStream,
    private readonly measure: StreamMeasure,
  ) {}

  [Symbol.asyncIterator](): TransportStream {
    return this;
  }

  next(): Promise<IteratorResult<Buffer, unknown>> {
    return this.inner.next().then(this.onPiece, this.onFailure);
  }

  async return(value?: unknown): Promise<IteratorResult<Buffer, unknown>> {
    this.leave();
    return (await this.inner.return?.(value)) ?? { done: true, value: undefined };
  }

  private leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    const { signals } = this.measure;
    if (this.pieces > 1) signals.followed(this.pieces - 1, this.lastAtMs - this.firstAtMs);
    signals.left();
  }
}
