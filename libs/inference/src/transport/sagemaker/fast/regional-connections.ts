import type { Logger } from '#platform';
import type { CallHandler } from '../../http/call-handler.js';
import type { TransportRequest } from '../../transport.port.js';
import { UpstreamFailure } from '../../upstream-failure.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { SageMakerConnection, type WriteHead } from './sagemaker-connection.js';

/** One connection per region, opened at start where the region is known by then and with its first call otherwise. */
export class RegionalConnections {
  private readonly open = new Map<string, SageMakerConnection>();
  private readonly opening = new Map<string, Promise<SageMakerConnection>>();
  private isClosed = false;

  constructor(
    private readonly options: SageMakerOptions,
    private readonly logger: Logger,
  ) {}

  /**
   * @param regions '' is the region of the process.
   * @throws ConfigurationError when a region or an endpoint cannot be found.
   */
  async openAll(regions: readonly string[]): Promise<void> {
    await Promise.all(regions.map((region) => this.connect(region)));
  }

  /** Sends a request to the service of `region`; `handler` hears what comes of it. */
  start(region: string, request: TransportRequest, call: { handler: CallHandler; writeHead: WriteHead }): void {
    const connection = this.open.get(region);
    if (connection === undefined) void this.startWhenConnected(region, request, call);
    else connection.start(request, call.handler, call.writeHead);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.opening.values());
    await Promise.all([...this.open.values()].map((connection) => connection.close()));
  }

  private async startWhenConnected(
    region: string,
    request: TransportRequest,
    { handler, writeHead }: { handler: CallHandler; writeHead: WriteHead },
  ): Promise<void> {
    let connection: SageMakerConnection;
    try {
      connection = await this.connect(region);
    } catch (error) {
      handler.onResponseError(undefined, unreachable(error));
      return;
    }
    connection.start(request, handler, writeHead);
  }

  private async connect(region: string): Promise<SageMakerConnection> {
    const { options } = this;
    let opening = this.opening.get(region);
    if (opening === undefined) {
      opening = SageMakerConnection.open(region === '' ? options : { ...options, region }, this.logger);
      this.opening.set(region, opening);
    }
    try {
      const connection = await opening;
      this.open.set(region, connection);
      if (this.isClosed) await connection.close();
      return connection;
    } finally {
      this.opening.delete(region);
    }
  }
}

function unreachable(error: unknown): UpstreamFailure {
  return new UpstreamFailure(
    'upstream_misconfigured',
    'The gateway cannot locate the endpoint of this model. The operator of this gateway has to act.',
    { retry: 'never', cause: error },
  );
}
