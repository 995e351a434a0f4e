import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { System } from '../../../setup/processes.js';
import type { RecordedRequest } from './recorded-requests.js';

export interface ReplayedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Sends a recorded request with its headers as they were; only the key and the host are this system's. */
export async function replayRequest(system: System, recorded: RecordedRequest): Promise<ReplayedAnswer> {
  const { hostname, port, host } = new URL(system.baseUrl);
  const body = Buffer.from(recorded.body, 'latin1');
  const headers = recorded.headers.map(([name, value]) => [name, value.replace('YOUR_API_KEY', system.apiKey)]);
  const length = recorded.method === 'POST' ? [['Content-Length', String(body.length)]] : [];
  const sent = request({
    hostname,
    port,
    method: recorded.method,
    path: recorded.path,
    headers: [['Host', host], ...headers, ...length].flat(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    text: await text(response),
  };
}
