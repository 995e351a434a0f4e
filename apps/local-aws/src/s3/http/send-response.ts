import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readContent } from '../store/read-content.js';
import type { ObjectContent, S3Response } from './s3-response.js';

// Up to here one read and one write are cheaper than a stream.
const smallBytes = 128 * 1024;

/** Sends a response whole and lets go of the object file behind it. A client that leaves is no error. */
export async function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: S3Response,
): Promise<void> {
  const { body } = answer;
  const bodyless = request.method === 'HEAD' || answer.status === 304 || answer.status === 204;
  try {
    writeHead(response, answer);
    if (body === undefined || bodyless) response.end();
    else if (typeof body === 'string') response.end(body);
    else if (body.length <= smallBytes) response.end(await readSmall(body));
    else await pipeline(readContent(body.handle, body.start, body.length), response);
  } catch (error) {
    if (!isClientGone(error)) throw error;
  } finally {
    await releaseContent(answer);
  }
}

/** Sends the head and the first bytes of the body, then breaks the connection. */
export async function sendCutResponse(response: ServerResponse, answer: S3Response, afterBytes: number): Promise<void> {
  const { body } = answer;
  try {
    writeHead(response, answer);
    response.flushHeaders();
    if (body !== undefined && afterBytes > 0) {
      const start = typeof body === 'string' ? Buffer.from(body).subarray(0, afterBytes) : undefined;
      const pieces =
        typeof body === 'string' ? [start] : readContent(body.handle, body.start, Math.min(afterBytes, body.length));
      for await (const piece of pieces) await written(response, piece ?? Buffer.alloc(0));
    }
  } catch (error) {
    if (!isClientGone(error)) throw error;
  } finally {
    response.destroy();
    await releaseContent(answer);
  }
}

export async function releaseContent({ body }: S3Response): Promise<void> {
  if (typeof body === 'object') await body.handle.close();
}

function writeHead(response: ServerResponse, { status, headers, body }: S3Response): void {
  if (status === 204 || status === 304) {
    response.writeHead(status, { ...headers });
    return;
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body?.length;
  const disposition = headers?.['content-disposition'];
  response.writeHead(status, {
    'content-length': String(length ?? 0),
    ...headers,
    ...(disposition === undefined ? {} : { 'content-disposition': doublyEncoded(disposition) }),
  });
}

/** Node decodes this one header as UTF-8 when a length stands before it, and then writes it as ISO-8859-1. */
function doublyEncoded(disposition: string): string {
  return Buffer.from(disposition, 'utf8').toString('latin1');
}

async function readSmall(body: ObjectContent): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of readContent(body.handle, body.start, body.length)) blocks.push(block);
  return blocks.length === 1 ? (blocks[0] as Buffer) : Buffer.concat(blocks);
}

function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function isClientGone(error: unknown): boolean {
  const codes = [
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_STREAM_DESTROYED',
    'ECONNRESET',
    'EPIPE',
    'ERR_STREAM_WRITE_AFTER_END',
  ];
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
