import type { IncomingMessage } from 'node:http';

/**
 * The body of a request, or undefined where it is longer than allowed. Such a body is read to its end all the same: a
 * client that is cut off in the middle of sending sees a broken connection instead of the error.
 */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= maxBytes) pieces.push(piece);
    else pieces.length = 0;
  }
  return bytes <= maxBytes ? Buffer.concat(pieces) : undefined;
}
