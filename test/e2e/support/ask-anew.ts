import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { EMBEDDING_MODEL } from './clients.js';

const TIMEOUT_MS = 30_000;

/** One call over a connection of its own, which whichever process is next takes. @returns status and body */
export async function askAnew(
  origin: string,
  key: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const sent = request(`${origin}/v1/embeddings`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  sent.end(JSON.stringify({ model: EMBEDDING_MODEL, input: 'hello' }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
}
