import { Readable } from 'node:stream';
import type { RenderedText } from '#jobs';
import type { ContentSender } from '../http/content/content-sender.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';

/** Sends a transcript. Whether it is all of the recording, a header says, as the status cannot. */
export async function sendTranscript(
  read: () => Promise<RenderedText>,
  sender: ContentSender,
  request: HttpRequest,
  reply: HttpReply,
): Promise<void> {
  const { body, contentType, isComplete } = await read();
  const headers = {
    'content-type': contentType,
    'content-length': String(body.length),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'sluice-results-complete': String(isComplete),
  };
  await sender.send({ status: 200, headers, body: Readable.from([body]) }, request, reply);
}
