import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bodies up to this length are read and dropped by node itself, and the connection stays open. */
const SMALL_BODY_BYTES = 65_536;
/** How long, and how much, a refused body is read on so that its sender gets to see the answer. */
const LINGER_MS = 5000;
const LINGER_BYTES = 64 * 1_048_576;

/** Whether more than a little of the request's body has still to come. */
export function isBodyPending(request: IncomingMessage): boolean {
  if (request.complete) return false;
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return Number(request.headers['content-length'] ?? 0) > SMALL_BODY_BYTES;
}

/**
 * Sends an answer while its request is still being sent. Closing at once would reset the connection, and the sender
 * would see a broken pipe instead of the answer; so the answer goes out, and what still comes is read and dropped for
 * a while before the connection ends.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  let dropped = 0;
  const finish = (): void => {
    clearTimeout(timer);
    request.off('data', count);
    response.end();
  };
  const count = (chunk: Buffer): void => {
    dropped += chunk.length;
    if (dropped > LINGER_BYTES) finish();
  };
  const timer = setTimeout(finish, LINGER_MS);
  timer.unref();
  response.write(body);
  response.once('close', () => clearTimeout(timer));
  request.on('data', count);
  request.once('end', finish);
  request.once('error', finish);
  request.resume();
}
