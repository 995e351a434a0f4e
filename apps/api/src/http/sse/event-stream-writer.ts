import type { ServerResponse } from 'node:http';
import type { InferenceStream } from '#inference';
import type { GatewayError, Logger } from '#platform';
import type { HttpMetrics, StreamOutcome } from '../../metrics/http-metrics.js';
import { toGatewayError } from '../errors/to-gateway-error.js';
import type { DrainState } from '../exchange/drain-state.js';
import type { Exchange } from '../exchange/exchange.js';
import { responseHeaders } from '../exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import { waitForDrain } from './wait-for-drain.js';

export interface EventStreamWriterOptions {
  readonly metrics: HttpMetrics;
  readonly drainState: DrainState;
  readonly logger: Logger;
  /** Milliseconds a reader may take to make room before its connection is ended. */
  readonly slowReaderTimeoutMs: number;
}

/** `x-accel-buffering` is nginx's: without it a proxy would hold events back. */
const STREAM_HEADERS = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** Sends the frames of a streamed answer as they come, no faster than their reader takes them. */
export class EventStreamWriter {
  constructor(private readonly options: EventStreamWriterOptions) {}

  /** Never throws: once the 200 has gone out, a failure is an event. */
  async write(stream: InferenceStream, { exchange }: HttpRequest, reply: HttpReply): Promise<void> {
    const response = reply.raw;
    exchange.streamed = true;
    reply.hijack();
    this.options.metrics.streamOpened();
    const outcome = await this.send(stream, exchange, response);
    exchange.usage = stream.usage();
    this.options.metrics.streamEnded(outcome);
  }

  private async send(stream: InferenceStream, exchange: Exchange, response: ServerResponse): Promise<StreamOutcome> {
    try {
      if (!exchange.clientGone) this.begin(exchange, response);
      const complete = await this.sendFrames(stream, exchange, response);
      if (complete) response.end();
      return complete ? 'completed' : 'client_gone';
    } catch (error) {
      if (exchange.clientGone) return 'client_gone';
      this.fail(toGatewayError(error), exchange, response);
      return 'failed';
    }
  }

  private begin(exchange: Exchange, response: ServerResponse): void {
    response.writeHead(200, [...responseHeaders(exchange, this.options.drainState.draining), ...STREAM_HEADERS]);
    // The head travels with the first event when that is there already, and alone when it is not.
    setImmediate(() => {
      if (exchange.bytesSent === 0 && !response.destroyed) response.flushHeaders();
    });
  }

  /** @returns whether the reader stayed to the end. Leaving the loop ends the call upstream too. */
  private async sendFrames(stream: InferenceStream, exchange: Exchange, response: ServerResponse): Promise<boolean> {
    const clock = this.options.metrics.startClock(exchange);
    for await (const frame of stream.frames) {
      if (exchange.clientGone) return false;
      clock?.sent(frame);
      exchange.bytesSent += frame.length;
      if (!response.write(frame) && !(await waitForDrain(response, this.options.slowReaderTimeoutMs))) {
        response.destroy();
        return false;
      }
    }
    return !exchange.clientGone;
  }

  /** One error event and no `[DONE]`: a cut answer must not look complete. */
  private fail(error: GatewayError, exchange: Exchange, response: ServerResponse): void {
    exchange.failure = error.reason;
    this.options.logger.warn(
      { requestId: exchange.requestId, reason: error.reason, details: error.details, error },
      'a stream failed',
    );
    const frame = Buffer.from(`data: ${JSON.stringify(error.toOpenAi())}\n\n`);
    exchange.bytesSent += frame.length;
    response.end(frame);
  }
}
