import { Pool } from 'undici';
import type { Logger } from '#platform';
import type { CallHandler } from '../../http/call-handler.js';
import type { TransportRequest } from '../../transport.port.js';
import { createSageMakerClient, type SageMakerOptions } from '../sagemaker-client.js';
import { CredentialsHolder } from './credentials-holder.js';
import { hashInSlices, SLICE_BYTES } from './hash-in-slices.js';
import { resolveOrigin, type SageMakerOrigin } from './resolve-origin.js';
import { Signer, type SigningCredentials } from './signer.js';

/** Path below the service and headers of a call, made once there are credentials to make them with. */
export interface CallHead {
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** What a call is authorised with. */
export interface Authority {
  readonly place: SageMakerOrigin;
  readonly signer: Signer;
  readonly credentials: SigningCredentials;
  /** Of a body that is too long to be hashed in one go. */
  readonly bodyHash?: string;
}

export type WriteHead = (authority: Authority) => CallHead;

/** AWS closes idle connections after a minute; leaving well before avoids writing into a closing socket. */
const KEEP_ALIVE_MS = 30_000;
/** Twice the largest payload that any endpoint takes or gives. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

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

  /** Sends a request under the head that `writeHead` gives it; `handler` hears what comes of it. */
  start(request: TransportRequest, handler: CallHandler, writeHead: WriteHead): void {
    const { current } = this.credentials;
    if (current === undefined || request.body.length > SLICE_BYTES) void this.startLater(request, handler, writeHead);
    else this.send(request, handler, () => writeHead(this.authorityOf(current)));
  }

  async close(): Promise<void> {
    this.credentials.close();
    await this.pool.destroy();
  }

  private async startLater(request: TransportRequest, handler: CallHandler, writeHead: WriteHead): Promise<void> {
    let authority: Authority;
    try {
      const credentials = this.credentials.current ?? (await this.credentials.load());
      authority = this.authorityOf(credentials);
      if (request.body.length > SLICE_BYTES) authority = { ...authority, bodyHash: await hashInSlices(request.body) };
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
      return;
    }
    this.send(request, handler, () => writeHead(authority));
  }

  private send({ body, timeouts }: TransportRequest, handler: CallHandler, head: () => CallHead): void {
    if (!handler.begin(() => this.credentials.renew())) return;
    try {
      const { path, headers } = head();
      const { headersMs: headersTimeout, idleMs: bodyTimeout } = timeouts;
      const isFree = this.pool.dispatch({ method: 'POST', path, headers, body, headersTimeout, bodyTimeout }, handler);
      // The pool's time-outs begin with a connection; waiting for one has none of its own.
      if (!isFree) handler.limitWaiting(headersTimeout);
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  }

  private authorityOf(credentials: SigningCredentials): Authority {
    return { place: this.place, signer: this.signer, credentials };
  }
}
