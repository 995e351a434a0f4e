import type { Logger } from '#platform';
import type { SageMakerTarget } from '../../../catalog/model-entry.types.js';
import type { CallHandlerOptions } from '../../http/call-handler.js';
import { ReplyHandler } from '../../http/reply-handler.js';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import { readSageMakerFailure } from '../read-sagemaker-failure.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { sageMakerTargetOf } from '../sagemaker-target-of.js';
import { translateSageMakerError } from '../translate-sagemaker-error.js';
import { RegionalConnections } from './regional-connections.js';
import { StreamHandler } from './stream-handler.js';
import { writeSignedHead } from './write-signed-head.js';

/**
 * SageMaker without the SDK's request pipeline, which costs several times what the rest of a relayed call does. Region,
 * endpoint and credentials are still the SDK's own.
 */
export class FastSageMakerTransport extends Transport {
  private constructor(private readonly connections: RegionalConnections) {
    super();
  }

  /**
   * @param regions Regions that will be called for sure; '' is the region of the process.
   * @throws ConfigurationError when a region or an endpoint cannot be found.
   */
  static async open(
    options: SageMakerOptions,
    regions: readonly string[],
    logger: Logger,
  ): Promise<FastSageMakerTransport> {
    const connections = new RegionalConnections(options, logger);
    await connections.openAll(regions);
    return new FastSageMakerTransport(connections);
  }

  invoke(request: TransportRequest): Promise<TransportReply> {
    return new Promise((resolve, reject) => {
      const target = sageMakerTargetOf(request);
      this.connections.start(target.region ?? '', request, {
        handler: new ReplyHandler({ ...handlingOf(request, target), resolve, reject }),
        writeHead: (authority) => writeSignedHead('invocations', target, request, authority),
      });
    });
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    const target = sageMakerTargetOf(request);
    return new Promise((resolve, reject) => {
      this.connections.start(target.region ?? '', request, {
        handler: new StreamHandler({ ...handlingOf(request, target), endpoint: target.endpoint, resolve, reject }),
        writeHead: (authority) => writeSignedHead('invocations-response-stream', target, request, authority),
      });
    });
  }

  close(): Promise<void> {
    return this.connections.close();
  }
}

function handlingOf({ signal }: TransportRequest, { endpoint }: SageMakerTarget): CallHandlerOptions {
  return {
    signal,
    translate: ({ status, headers, body }) =>
      translateSageMakerError(readSageMakerFailure(status, headers, body), endpoint),
  };
}
