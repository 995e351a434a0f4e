import type { GatewayError } from '#platform';
import type { Exchange } from '../exchange/exchange.js';
import { responseHeaders } from '../exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import { errorHeaders } from './error-headers.js';
import { endAfterBody, isBodyPending } from './end-after-body.js';

export interface ErrorReply {
  readonly error: GatewayError;
  /** Whether the connection ends after this answer because the process is stopping. */
  readonly draining: boolean;
  /** More headers, names and values in turn. */
  readonly headers?: readonly string[];
}

/** Answers with the four-key envelope. The only place where a failure is written to a connection that has an exchange. */
export function sendError(request: HttpRequest, reply: HttpReply, { error, draining, headers = [] }: ErrorReply): void {
  const { exchange } = request;
  const response = reply.raw;
  exchange.failure = error.reason;
  reply.hijack();
  if (response.destroyed) return;
  if (response.headersSent) {
    // A body that was cut cannot be taken back; ending it cleanly would pass it off as complete.
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(error.toOpenAi()));
  const pending = isBodyPending(request.raw);
  response.writeHead(error.status, headList({ exchange, error, draining: draining || pending, headers, body }));
  exchange.bytesSent = body.length;
  if (pending) endAfterBody(request.raw, response, body);
  else response.end(body);
}

interface Head extends ErrorReply {
  readonly exchange: Exchange;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

function headList({ exchange, error, draining, headers, body }: Head): string[] {
  return [
    ...responseHeaders(exchange, draining),
    ...errorHeaders(error),
    ...headers,
    'content-length',
    String(body.length),
  ];
}
