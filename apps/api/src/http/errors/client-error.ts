import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '#platform';
import { newRequestId } from '../exchange/request-id.js';

/** What node adds to a socket while an answer is being made on it. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: { readonly _headerSent?: boolean } | null;
}

const NOT_HTTP = { message: 'The request is not valid HTTP/1.1.', status: 400 };
const FAULTS: Readonly<Record<string, { readonly message: string; readonly status: number }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { message: 'The request took too long to arrive.', status: 408 },
  HPE_HEADER_OVERFLOW: { message: 'The request headers are too large.', status: 431 },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { message: 'The chunk extensions of the request body are too large.', status: 413 },
};

/** Answers what could not even be parsed as a request, and requests that took too long to come. */
export function answerClientError(error: Error & { readonly code?: string }, socket: HttpSocket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer that has begun must not get a second head in the middle of its body.
  if (socket._httpMessage?._headerSent === true) {
    socket.destroy(error);
    return;
  }
  const fault = describe(error);
  const body = JSON.stringify(fault.toOpenAi());
  const head = [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? 'Bad Request'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${newRequestId()}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function describe(error: Error & { readonly code?: string }): GatewayError {
  const { message, status } = FAULTS[error.code ?? ''] ?? NOT_HTTP;
  return new GatewayError('invalid_request', message, { status, cause: error });
}
