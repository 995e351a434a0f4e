import type { AsyncOptions, ModelTarget, TransportName } from '../catalog/model-entry.types.js';
import type { Operation } from '../inference.types.js';

interface TransportTimeouts {
  /** Milliseconds from sending the request to its response headers. */
  readonly headersMs: number;
  /** Milliseconds of silence allowed inside the response body. */
  readonly idleMs: number;
}

/** One call to a model server. */
export interface TransportRequest {
  readonly target: ModelTarget;
  readonly via: TransportName;
  /** Decides the path of transports that have one for each operation. */
  readonly operation: Operation;
  /** Path below the base URL of an `http` target, for servers with paths of their own. */
  readonly path?: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** At most 1,024 characters of printable ASCII; handed to the container. */
  readonly customAttributes?: string;
  /** Carried along for correlation: 1 to 64 printable characters. */
  readonly inferenceId?: string;
  /** Calls with the same one are routed to the same instance of a prefix-aware endpoint; 1 to 64 printable characters. */
  readonly prefixAwareId?: string;
  /** How an asynchronous endpoint is called; set for calls via `async`. */
  readonly async?: Omit<AsyncOptions, 'outstanding'>;
  /** The caller judges and repeats failures by itself (bulk); no circuit breaker stands in its way. */
  readonly isUnguarded?: boolean;
  /** Ends the call upstream at once, in every phase. */
  readonly signal: AbortSignal;
  readonly timeouts: TransportTimeouts;
}

/** The container's whole answer to a call that succeeded. */
export interface TransportReply {
  readonly body: Buffer;
  /** The same bytes in the pieces in which they came, where putting them together has been put off. */
  readonly pieces?: readonly Buffer[];
}

/**
 * The container's answer as it comes: raw bytes, cut anywhere. Iterating throws GatewayError when the answer fails or is
 * cut on the way. An end without an error only says that the connection ended cleanly: whether the answer was complete,
 * the bytes must tell. To be iterated once; `return()` closes the connection upstream, also while a `next()` is pending.
 */
export type TransportStream = AsyncIterableIterator<Buffer>;

/**
 * The way to a model server. One call, no retries.
 *
 * Both methods throw UpstreamFailure for what AWS or the container answers and for broken connections and time-outs, and
 * `client_closed_request` (or the signal's own GatewayError reason) when the signal aborts. `invokeStream` resolves with the response headers.
 */
export abstract class Transport {
  abstract invoke(request: TransportRequest): Promise<TransportReply>;
  abstract invokeStream(request: TransportRequest): Promise<TransportStream>;
  /** Ends idle and open connections. */
  abstract close(): Promise<void>;
}
