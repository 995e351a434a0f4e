import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '#platform';
import type { DrainState } from '../exchange/drain-state.js';
import { responseHeaders } from '../exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import { EmptyingWriter } from './emptying-writer.js';

export interface StreamedContent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Nobody else holds what the body gives, so that its memory can be given back as it is sent. */
  readonly isOwn?: boolean;
}

/** Sends bytes from a stream, as fast as they are taken. */
export class ContentSender {
  constructor(
    private readonly logger: Logger,
    private readonly drainState: DrainState,
  ) {}

  /** A body that fails midway cuts the connection: the length that was announced shows that it is not whole. */
  async send({ status, headers, body, isOwn }: StreamedContent, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { exchange } = request;
    reply.hijack();
    if (exchange.clientGone || request.method === 'HEAD') body.destroy();
    if (exchange.clientGone) return;
    reply.raw.writeHead(status, [
      ...responseHeaders(exchange, this.drainState.draining),
      ...Object.entries(headers).flat(),
    ]);
    if (request.method === 'HEAD') {
      reply.raw.end();
      return;
    }
    exchange.bytesSent = Number(headers['content-length'] ?? 0);
    try {
      await pipeline(body, isOwn === true ? new EmptyingWriter(reply.raw) : reply.raw, { signal: exchange.signal });
    } catch (error) {
      if (body.errored === null || exchange.signal.aborted) return;
      exchange.failure = 'storage_unavailable';
      this.logger.warn({ requestId: exchange.requestId, error }, 'the content of a file could not be sent to its end');
    }
  }
}
