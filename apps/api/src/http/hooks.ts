import type { FastifyInstance, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import { GatewayError } from '#platform';
import type { AccessLog } from '../access-log/access-log.js';
import { checkRouteScope } from '../auth/check-route-scope.js';
import type { Gatekeeper } from '../auth/gatekeeper.js';
import type { ModelNames } from '../auth/model-access.js';
import { admitCall, endCall } from '../limits/admit-call.js';
import type { ShareLedger } from '../limits/share-ledger.js';
import type { HttpMetrics } from '../metrics/http-metrics.js';
import { checkContentType } from './body/check-content-type.js';
import { allowedOrigin, type CorsPolicy } from './cors/cors-policy.js';
import { sendError } from './errors/send-error.js';
import { toGatewayError } from './errors/to-gateway-error.js';
import type { DrainState } from './exchange/drain-state.js';
import { Exchange } from './exchange/exchange.js';
import { responseHeaders } from './exchange/response-headers.js';
import type { HttpReply, HttpRequest } from './http.types.js';
import { answerUnmatched } from './routing/answer-unmatched.js';
import { RouteBook, type RouteFacts } from './routing/route-facts.js';
import { RouteTable } from './routing/route-table.js';

export interface HookOptions {
  readonly gatekeeper: Gatekeeper;
  readonly ledger: ShareLedger;
  /** By which keys for certain models are checked. */
  readonly catalog: ModelNames;
  readonly cors: CorsPolicy;
  readonly drainState: DrainState;
  readonly metrics: HttpMetrics;
  readonly accessLog: AccessLog;
}

/**
 * What happens around every request, in Fastify's hooks rather than Nest's guards and interceptors, which cost tens of
 * microseconds each: identity, key, CORS, content type, log, metrics. All of it is done before a byte of the body is read.
 */
export class Hooks {
  readonly routeTable = new RouteTable();
  private readonly routeBook = new RouteBook();

  constructor(private readonly options: HookOptions) {}

  /** To be called before any route is registered. */
  install(fastify: FastifyInstance): void {
    fastify.decorateRequest('exchange', null as unknown as Exchange);
    fastify.addHook('onRequest', (request, reply, done) => this.refuseUnmatched(request, reply, done));
    fastify.addHook('onRoute', (route) => this.addRoute(route));
    fastify.addHook('onSend', (request, reply, payload, done) => {
      const headers = responseHeaders(request.exchange, this.options.drainState.draining);
      for (let index = 0; index < headers.length; index += 2) {
        const name = headers[index] ?? '';
        const value = headers[index + 1];
        const own = name === 'vary' ? reply.getHeader(name) : undefined;
        void reply.header(name, own === undefined ? value : `${String(own)}, ${value}`);
      }
      if (typeof payload === 'string' || Buffer.isBuffer(payload))
        request.exchange.bytesSent = Buffer.byteLength(payload);
      done(null, payload);
    });
  }

  /** Gives a request its exchange and sees it to its end. */
  open(request: HttpRequest, reply: HttpReply, route: RouteFacts): Exchange {
    const { drainState, metrics, accessLog, cors, catalog, ledger } = this.options;
    const exchange = new Exchange(request.id, route, reply.raw, catalog);
    request.exchange = exchange;
    exchange.allowedOrigin = allowedOrigin(cors, request.headers.origin);
    if (!route.probe) drainState.opened();
    reply.raw.once('close', () => {
      exchange.closed();
      if (!route.probe) drainState.closed();
      endCall(ledger, exchange);
      metrics.requestEnded(exchange);
      accessLog.write(request);
    });
    return exchange;
  }

  /** For requests that are answered before their own hooks ran. */
  ensureOpen(request: HttpRequest, reply: HttpReply): void {
    if ((request.exchange as Exchange | null | undefined) == null)
      this.open(request, reply, this.routeBook.unmatched(request.method));
  }

  private addRoute(route: RouteOptions): void {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    for (const method of methods) this.routeTable.add(method, route.url);
    const facts = this.routeBook.describe(methods[0] ?? 'GET', route.url, route.config?.policy ?? {});
    route.onRequest = (request: HttpRequest, reply: HttpReply, done: HookHandlerDoneFunction) =>
      this.admit(request, reply, { facts, done });
  }

  private admit(
    request: HttpRequest,
    reply: HttpReply,
    { facts, done }: { facts: RouteFacts; done: HookHandlerDoneFunction },
  ): void {
    const exchange = this.open(request, reply, facts);
    const { draining, refusing } = this.options.drainState;
    try {
      if (refusing && !facts.probe && !facts.servesWhileStopping)
        throw new GatewayError('shutting_down', 'This server is shutting down. Please try again.');
      exchange.caller = this.options.gatekeeper.admit(request, facts.access);
      if (exchange.caller !== undefined) checkRouteScope(exchange.caller, facts.scope);
      if (facts.body !== 'none') checkContentType(request.headers, facts.body);
      admitCall(this.options.ledger, exchange, request.headers);
    } catch (error) {
      sendError(request, reply, { error: toGatewayError(error), draining });
      return;
    }
    done();
  }

  private refuseUnmatched(request: HttpRequest, reply: HttpReply, done: HookHandlerDoneFunction): void {
    if (!request.is404) {
      done();
      return;
    }
    this.open(request, reply, this.routeBook.unmatched(request.method));
    answerUnmatched(request, reply, { routeTable: this.routeTable, drainState: this.options.drainState });
  }
}
