import { Pool } from 'undici';
import type { Logger } from '#platform';
import type { TransportRequest } from '../../transport.port.js';
import { createSageMakerClient, type SageMakerOptions } from '../sagemaker-client.js';
import type { CallHandler } from './call-handler.js';
import { CredentialsHolder } from './credentials-holder.js';
import { resolveOrigin, type SageMakerOrigin } from './resolve-origin.js';
import { Signer, type SigningCredentials } from './signer.js';

export type SageMakerOperation = 'invocations' | 'invocations-response-stream';

/** AWS closes idle connections after a minute; leaving well before avoids writing into a closing socket. */
const KEEP_ALIVE_MS = 30_000;
/** Twice the largest payload that any endpoint takes or gives. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const USER_AGENT = 'sluice';

/** Connections, credentials and signatures for the runtime service of one region. */
export class SageMakerConnection {
  private readonly signer: Signer;
  private readonly pool: Pool;

  private constructor(
    private readonly place: SageMakerOrigin,
    private readonly credentials: CredentialsHolder,
    options: SageMakerOptions,
  ) {
    this.signer = new Signer('sagemaker', place.region);
    this.pool = new Pool(place.origin, {
      connections: options.maxConnections,
      connectTimeout: options.connectTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MAX_RESPONSE_BYTES,
      // An abort must close a socket, not a stream inside a shared one.
      allowH2: false,
    });
  }

  /** @throws ConfigurationError when the SDK's rules yield no region or endpoint. Missing credentials are only logged: they may come. */
  static async open(options: SageMakerOptions, logger: Logger): Promise<SageMakerConnection> {
    const client = createSageMakerClient(options);
    const place = await resolveOrigin(client);
    const credentials = new CredentialsHolder((how) => client.config.credentials(how), logger);
    try {
      await credentials.load();
    } catch (error) {
      logger.warn({ error }, 'there are no AWS credentials yet; calls fail until there are');
    }
    return new SageMakerConnection(place, credentials, options);
  }

  /** Signs the request and sends it; `handler` hears what comes of it. */
  start(operation: SageMakerOperation, request: TransportRequest, handler: CallHandler): void {
    const { current } = this.credentials;
    if (current === undefined) void this.startWhenLoaded(operation, request, handler);
    else this.send(operation, request, { handler, credentials: current });
  }

  async close(): Promise<void> {
    this.credentials.close();
    await this.pool.destroy();
  }

  private async startWhenLoaded(
    operation: SageMakerOperation,
    request: TransportRequest,
    handler: CallHandler,
  ): Promise<void> {
    let credentials: SigningCredentials;
    try {
      credentials = await this.credentials.load();
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
      return;
    }
    this.send(operation, request, { handler, credentials });
  }

  private send(
    operation: SageMakerOperation,
    request: TransportRequest,
    { handler, credentials }: { readonly handler: CallHandler; readonly credentials: SigningCredentials },
  ): void {
    if (!handler.begin(() => this.credentials.renew())) return;
    try {
      const { body, timeouts } = request;
      const path = `${this.place.basePath}/endpoints/${encodeURIComponent(request.endpoint)}/${operation}`;
      const headers = this.signer.sign(
        { method: 'POST', path, headers: this.headersOf(request), body },
        credentials,
        Date.now(),
      );
      const { headersMs: headersTimeout, idleMs: bodyTimeout } = timeouts;
      const isFree = this.pool.dispatch({ method: 'POST', path, headers, body, headersTimeout, bodyTimeout }, handler);
      // The pool's time-outs begin with a connection; waiting for one has none of its own.
      if (!isFree) handler.limitWaiting(headersTimeout);
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  }

  private headersOf(request: TransportRequest): Record<string, string> {
    const headers: Record<string, string> = {
      host: this.place.host,
      'content-type': request.contentType,
      'user-agent': USER_AGENT,
    };
    if (request.customAttributes !== undefined)
      headers['x-amzn-sagemaker-custom-attributes'] = request.customAttributes;
    if (request.inferenceId !== undefined) headers['x-amzn-sagemaker-inference-id'] = request.inferenceId;
    if (request.inferenceComponent !== undefined)
      headers['x-amzn-sagemaker-inference-component'] = request.inferenceComponent;
    return headers;
  }
}
