import { GatewayError } from '#platform';
import { preflightHeaders } from '../cors/cors-policy.js';
import { sendError } from '../errors/send-error.js';
import type { DrainState } from '../exchange/drain-state.js';
import { responseHeaders } from '../exchange/response-headers.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import type { RouteTable } from './route-table.js';

export interface UnmatchedOptions {
  readonly routeTable: RouteTable;
  readonly drainState: DrainState;
}

/** Answers what no route matched: preflights and OPTIONS, a wrong method on a path that exists, an unknown path. */
export function answerUnmatched(
  request: HttpRequest,
  reply: HttpReply,
  { routeTable, drainState }: UnmatchedOptions,
): void {
  const { draining } = drainState;
  const path = pathOf(request.url);
  const methods = routeTable.methodsOf(path);
  if (request.method === 'OPTIONS') {
    sendOptions(request, reply, { methods, draining });
    return;
  }
  const place = `${request.method} ${path.slice(0, 200)}`;
  if (methods.length === 0) {
    const error = new GatewayError('unknown_url', `Unknown request URL: ${place}. Please check the URL for typos.`);
    sendError(request, reply, { error, draining });
    return;
  }
  const allowed = methods.join(', ');
  const error = new GatewayError('method_not_supported', `Method not supported: ${place}. Use one of: ${allowed}.`);
  sendError(request, reply, { error, draining, headers: ['allow', `${allowed}, OPTIONS`] });
}

interface OptionsAnswer {
  readonly methods: readonly string[];
  readonly draining: boolean;
}

/** A preflight is answered for every path and without a key: a browser sends none with it, and hides a refusal. */
function sendOptions(request: HttpRequest, reply: HttpReply, { methods, draining }: OptionsAnswer): void {
  const { exchange } = request;
  const requestedHeaders = request.headers['access-control-request-headers'];
  reply.hijack();
  const headers = responseHeaders(exchange, draining);
  if (exchange.allowedOrigin !== undefined) headers.push(...preflightHeaders(requestedHeaders));
  if (methods.length > 0) headers.push('allow', [...methods, 'OPTIONS'].join(', '));
  reply.raw.writeHead(204, headers);
  reply.raw.end();
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}
