import type { ServerResponse } from 'node:http';
import type { UpstreamClock, Usage } from '#inference';
import { GatewayError } from '#platform';
import type { Caller } from '../../auth/caller.js';
import { checkModelAccess, type ModelNames } from '../../auth/model-access.js';
import type { KeyBudget, Permit } from '../../limits/key-budget.js';
import type { RouteFacts } from '../routing/route-facts.js';

/** OpenAI's status for a caller that left; it only ever stands in logs and metrics. */
const CLIENT_CLOSED_STATUS = 499;

/** One request and its answer: what hooks, handlers, log and metrics share. */
export class Exchange {
  readonly startedAtMs = performance.now();
  caller: Caller | undefined;
  /** Value of `Access-Control-Allow-Origin`, where the request's origin is allowed. */
  allowedOrigin: string | undefined;
  /** Limits of the caller's key, where this call counts against any. */
  budget: KeyBudget | undefined;
  /** What the call has taken of them. */
  permit: Permit | undefined;
  usage: Usage | undefined;
  /** What the call spends on model servers, where it is one. */
  upstream: UpstreamClock | undefined;
  /** Bytes of the answer's body. */
  bytesSent = 0;
  /** Reason of the failure that was answered, or that cut a stream. */
  failure: string | undefined;
  streamed = false;
  private controller: AbortController | undefined;
  private modelName: string | undefined;

  constructor(
    readonly requestId: string,
    readonly route: RouteFacts,
    private readonly response: ServerResponse,
    private readonly catalog?: ModelNames,
  ) {}

  /** Model name as the caller sent it. */
  get model(): string | undefined {
    return this.modelName;
  }

  /**
   * To be set before a model is called: it is here, where no route comes past, that a key for certain models is checked.
   *
   * @throws GatewayError `model_not_found` when the caller's key is not for this model.
   */
  set model(name: string | undefined) {
    this.modelName = name;
    if (name === undefined || this.catalog === undefined || this.caller?.models === undefined) return;
    checkModelAccess(this.caller, name, this.catalog);
  }

  /** Aborts as soon as the caller is gone. Made on first use: most routes never ask. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.clientGone) this.abort();
    }
    return this.controller.signal;
  }

  /** The connection ended before the answer did. */
  get clientGone(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  get status(): number {
    return this.clientGone ? CLIENT_CLOSED_STATUS : this.response.statusCode;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAtMs;
  }

  /** To be called once the response has closed, however it ended. */
  closed(): void {
    if (!this.clientGone) return;
    this.failure ??= 'client_closed_request';
    if (this.controller !== undefined) this.abort();
  }

  private abort(): void {
    this.controller?.abort(new GatewayError('client_closed_request', 'The client closed the connection.'));
  }
}
