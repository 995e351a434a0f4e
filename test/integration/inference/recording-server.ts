import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Responder = (request: RecordedRequest, response: ServerResponse) => void;

/** A bare HTTP server that writes down what it is sent and answers as the test says. */
export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  readonly sockets = new Set<Socket>();
  /** Connections accepted since the start. */
  connections = 0;
  respond: Responder = (_request, response) => response.end('{}');

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RecordingServer> {
    const server = createServer({ keepAliveTimeout: 75_000 });
    const recording = new RecordingServer(server);
    server.on('connection', (socket) => recording.track(socket));
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const recorded = { method, path: url, headers, body: Buffer.concat(chunks) };
        recording.requests.push(recorded);
        recording.respond(recorded, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return recording;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private track(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
