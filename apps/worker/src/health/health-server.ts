import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkerBulk } from '#jobs';
import { registerCheckMetric, type Registry } from '#platform';

export interface HealthServerOptions {
  readonly port: number;
  readonly host: string;
  readonly bulk: WorkerBulk;
  readonly registry: Registry;
}

/** `/live`: the event loop turns. `/ready`: jobs are taken and everything they need is there. `/metrics`: Prometheus. */
export class HealthServer {
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private stopping = false;
  private failure: string | undefined;

  constructor(private readonly options: HealthServerOptions) {
    registerCheckMetric(options.registry, () => this.options.bulk.checks());
  }

  /** @throws Error with code EADDRINUSE when the port is taken. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.host, resolve);
    });
  }

  url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://${this.options.host}:${port}`;
  }

  /** Ready turns false before anything closes. */
  markStopping(): void {
    this.stopping = true;
  }

  /** The worker lives but cannot take jobs until someone acts. */
  fail(reason: string): void {
    this.failure = reason;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/live') return send(response, 200, { status: 'ok' });
    if (request.url === '/ready') return this.answerReady(response);
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': this.options.registry.contentType });
      response.end(await this.options.registry.metrics());
      return;
    }
    send(response, 404, { error: `Unknown path. Ask /live, /ready or /metrics.` });
  }

  private answerReady(response: ServerResponse): void {
    const checks = this.options.bulk.checks();
    const ready = !this.stopping && this.failure === undefined && checks.every(({ ok }) => ok);
    const status = this.stopping ? 'stopping' : ready ? 'ready' : 'not ready';
    send(response, ready ? 200 : 503, {
      status,
      ...(this.failure === undefined ? {} : { failure: this.failure }),
      checks,
    });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
