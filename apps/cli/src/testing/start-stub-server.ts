import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '../server/api.js';
import { Reporter } from '../terminal/reporter.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as a test says, and what the command line says meanwhile. */
export interface StubServer {
  readonly url: string;
  readonly api: Api;
  readonly reporter: Reporter;
  /** Heads of the requests so far. */
  readonly requests: IncomingMessage[];
  readonly said: () => string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param answers One for each request, the last for all that follow. */
export async function startStubServer(answers: readonly Answer[], patienceMs = 60_000): Promise<StubServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    answer?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let said = '';
  const reporter = new Reporter({ write: (text) => (said += text) });
  const api = new Api({
    baseUrl: `${url}/v1`,
    apiKey: 'sk-test',
    patienceMs,
    reporter,
    signal: new AbortController().signal,
  });
  return {
    url,
    api,
    reporter,
    requests,
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      await api.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

export const answerJson =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  };

/** Takes the request, and then the connection breaks. */
export const loseAnswer: Answer = (request) => {
  request.resume().on('end', () => request.socket.destroy());
};
