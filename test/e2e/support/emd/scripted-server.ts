import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The caller's side of the connection, which tells whether connections are used again. */
  readonly port: number | undefined;
}

type Script = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A model server as ECS runs one: it says what a test tells it to, and remembers what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private script: Script = (_request, response) => void response.writeHead(500).end();

  /** @returns the base URL without `/v1` */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What all requests from now on are answered with. */
  play(script: Script): void {
    this.seen.length = 0;
    this.script = script;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString('utf8');
    const seen = { path: request.url ?? '', headers: request.headers, body, port: request.socket.remotePort };
    this.seen.push(seen);
    await this.script(seen, response);
  }
}

/** A whole chat answer that says `content`. */
export function sendCompletion(response: ServerResponse, content = 'here'): void {
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' };
  const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
  const body = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'scripted', choices: [choice], usage };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
