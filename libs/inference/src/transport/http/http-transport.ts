import { Pool } from 'undici';
import { GatewayError } from '#platform';
import type { HttpTarget } from '../../catalog/model-entry.types.js';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from '../transport.port.js';
import { ByteStreamHandler } from './byte-stream-handler.js';
import type { CallHandler, CallHandlerOptions } from './call-handler.js';
import { ReplyHandler } from './reply-handler.js';
import { translateHttpFailure } from './translate-http-failure.js';
import { writeHttpHead } from './write-http-head.js';

export interface HttpTransportOptions {
  readonly connectTimeoutMs: number;
  /** Per server. */
  readonly maxConnections: number;
}

/** Below the five seconds after which many servers (uvicorn, Node's own) close an idle connection. */
const KEEP_ALIVE_MS = 4_000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** Any server that speaks OpenAI's routes over HTTP. Redirects are failures: a key must not follow them to another host. */
export class HttpTransport extends Transport {
  private readonly pools = new Map<string, Pool>();

  constructor(private readonly options: HttpTransportOptions) {
    super();
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    const target = httpTargetOf(request);
    return new Promise((resolve, reject) => {
      this.start(target, request, new ReplyHandler({ ...handlingOf(request, target), resolve, reject }));
    });
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    const target = httpTargetOf(request);
    return new Promise((resolve, reject) => {
      this.start(target, request, new ByteStreamHandler({ ...handlingOf(request, target), resolve, reject }));
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private start(target: HttpTarget, request: TransportRequest, handler: CallHandler): void {
    if (!handler.begin()) return;
    try {
      const { body, timeouts } = request;
      const { origin, path, headers } = writeHttpHead(target, request);
      const { headersMs: headersTimeout, idleMs: bodyTimeout } = timeouts;
      const isFree = this.poolFor(origin).dispatch(
        { method: 'POST', path, headers, body, headersTimeout, bodyTimeout },
        handler,
      );
      // The pool's time-outs begin with a connection; waiting for one has none of its own.
      if (!isFree) handler.limitWaiting(headersTimeout);
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  }

  private poolFor(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      connections: this.options.maxConnections,
      connectTimeout: this.options.connectTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: MAX_RESPONSE_BYTES,
      // An abort must close a socket, not a stream inside a shared one.
      allowH2: false,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}

function httpTargetOf({ target }: TransportRequest): HttpTarget {
  if (target.kind === 'http') return target;
  throw new GatewayError('internal_error', 'The gateway cannot reach this model.', { details: { kind: target.kind } });
}

function handlingOf({ signal }: TransportRequest, target: HttpTarget): CallHandlerOptions {
  return { signal, translate: (refused) => translateHttpFailure(refused, target) };
}
