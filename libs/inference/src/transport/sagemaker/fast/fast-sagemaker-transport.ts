import { GatewayError, type Logger } from '#platform';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { ReplyHandler } from './reply-handler.js';
import { SageMakerConnection } from './sagemaker-connection.js';
import { StreamHandler } from './stream-handler.js';

/**
 * SageMaker without the SDK's request pipeline, which costs several times what the rest of a relayed call does. Region,
 * endpoint and credentials are still the SDK's own.
 */
export class FastSageMakerTransport extends Transport {
  private constructor(private readonly connections: ReadonlyMap<string, SageMakerConnection>) {
    super();
  }

  /**
   * @param regions Regions that will be called; '' is the region of the process.
   * @throws ConfigurationError when a region or an endpoint cannot be found.
   */
  static async open(
    options: SageMakerOptions,
    regions: readonly string[],
    logger: Logger,
  ): Promise<FastSageMakerTransport> {
    const open = async (region: string): Promise<[string, SageMakerConnection]> => [
      region,
      await SageMakerConnection.open(region === '' ? options : { ...options, region }, logger),
    ];
    return new FastSageMakerTransport(new Map(await Promise.all(regions.map(open))));
  }

  invoke(request: TransportRequest): Promise<TransportReply> {
    return new Promise((resolve, reject) => {
      this.connectionFor(request).start(
        'invocations',
        request,
        new ReplyHandler({ signal: request.signal, endpoint: request.endpoint, resolve, reject }),
      );
    });
  }

  invokeStream(request: TransportRequest): Promise<TransportStream> {
    return new Promise((resolve, reject) => {
      this.connectionFor(request).start(
        'invocations-response-stream',
        request,
        new StreamHandler({ signal: request.signal, endpoint: request.endpoint, resolve, reject }),
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.connections.values()].map((connection) => connection.close()));
  }

  private connectionFor({ region = '' }: TransportRequest): SageMakerConnection {
    const connection = this.connections.get(region);
    if (connection !== undefined) return connection;
    throw new GatewayError('internal_error', 'The gateway has no connection to the region of this model.', {
      details: { region },
    });
  }
}
