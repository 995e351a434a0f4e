import type { Logger } from '#platform';
import type { SageMakerTarget } from '../../../catalog/model-entry.types.js';
import { ByteStreamHandler } from '../../http/byte-stream-handler.js';
import type { CallHandlerOptions } from '../../http/call-handler.js';
import { ReplyHandler } from '../../http/reply-handler.js';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../../transport.port.js';
import { RegionalConnections } from '../fast/regional-connections.js';
import type { Authority, CallHead } from '../fast/sagemaker-connection.js';
import type { SageMakerOptions } from '../sagemaker-client.js';
import { sageMakerTargetOf } from '../sagemaker-target-of.js';
import { BearerTokens } from './bearer-tokens.js';
import { translateRouteFailure } from './translate-route-failure.js';

const ROUTE = 'openai/v1/chat/completions';
const USER_AGENT = 'sluice';

/** SageMaker's own OpenAI route: chat completions as the container writes them, without signature and event stream. */
export class OpenAiRouteTransport extends Transport {
  private readonly tokens = new BearerTokens();

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
  ): Promise<OpenAiRouteTransport> {
    const connections = new RegionalConnections(options, logger);
    await connections.openAll(regions);
    return new OpenAiRouteTransport(connections);
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    const target = sageMakerTargetOf(request);
    return new Promise((resolve, reject) => {
      this.connections.start(target.region ?? '', request, {
        handler: new ReplyHandler({ ...handlingOf(request, target), resolve, reject }),
        writeHead: (authority) => this.writeHead(target, request, authority),
      });
    });
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    const target = sageMakerTargetOf(request);
    return new Promise((resolve, reject) => {
      this.connections.start(target.region ?? '', request, {
        handler: new ByteStreamHandler({ ...handlingOf(request, target), resolve, reject }),
        writeHead: (authority) => this.writeHead(target, request, authority),
      });
    });
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  /** The route refuses SageMaker's own headers; the inference component is a part of the path. */
  private writeHead(target: SageMakerTarget, request: TransportRequest, authority: Authority): CallHead {
    const { basePath, host } = authority.place;
    const component =
      target.inferenceComponent === undefined
        ? ''
        : `/inference-components/${encodeURIComponent(target.inferenceComponent)}`;
    return {
      path: `${basePath}/endpoints/${encodeURIComponent(target.endpoint)}${component}/${ROUTE}`,
      headers: {
        host,
        'content-type': request.contentType,
        'user-agent': USER_AGENT,
        authorization: `Bearer ${this.tokens.tokenFor(authority, Date.now())}`,
      },
    };
  }
}

function handlingOf({ signal }: TransportRequest, { endpoint }: SageMakerTarget): CallHandlerOptions {
  return { signal, translate: (refused) => translateRouteFailure(refused, endpoint) };
}
