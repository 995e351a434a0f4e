import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

// A client that meets the last bytes and the end of the connection in one turn drops those bytes.
const pauseBeforeCutMs = 25;

/** Sends what there is, head included, and closes the connection when the client has had the time to take it. */
export async function sendAndCut(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.flushHeaders();
  if (bytes.length > 0) response.write(bytes);
  await delay(pauseBeforeCutMs);
  response.destroy();
}
