import type { IncomingMessage, ServerResponse } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import { GatewayError } from '#platform';
import { answerClientError } from './errors/client-error.js';
import { newRequestId } from './exchange/request-id.js';
import type { HttpReply, HttpRequest } from './http.types.js';
import type { Certificate } from './tls/read-certificate.js';

export interface ServerOptions {
  /** Largest JSON body in bytes. */
  readonly maxJsonBytes: number;
  /** Milliseconds for a request's head to arrive. */
  readonly headersTimeoutMs: number;
  /** Milliseconds for a whole request, its body included, to arrive. */
  readonly requestTimeoutMs: number;
  /** Milliseconds an idle connection is kept. Longer than a load balancer keeps it, or it would write into a closed one. */
  readonly keepAliveTimeoutMs: number;
  /** Connections at once. */
  readonly maxConnections: number;
  /** Addresses and networks of proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Shown to callers; undefined where the port speaks plain HTTP. */
  readonly certificate: Certificate | undefined;
  /** Answers what fails before a route's own hooks run. */
  readonly onFrameworkError: (error: Error, request: HttpRequest, reply: HttpReply) => void;
}

/** Model ids stand in paths and may be long. */
const MAX_PARAM_LENGTH = 512;
/** How often node looks for connections whose time is over. */
const TIMEOUT_CHECK_MS = 5000;

/** The HTTP server: raw JSON bodies, no logger of its own, an envelope for everything that goes wrong below the router. */
export function createFastify(options: ServerOptions): FastifyInstance {
  const { certificate } = options;
  const http = {
    headersTimeout: options.headersTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // Node's own refusal of a missing Host header has no body.
    requireHostHeader: false,
  };
  const https = certificate && {
    ...http,
    cert: certificate.cert,
    key: certificate.key,
    minVersion: 'TLSv1.2' as const,
  };
  const server = fastify({
    logger: false,
    genReqId: newRequestId,
    bodyLimit: options.maxJsonBytes,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    return503OnClosing: false,
    http,
    // The types of both kinds of server differ in nothing that is used here.
    ...(https !== undefined && { https: https as unknown as null }),
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: options.onFrameworkError,
    clientErrorHandler: answerClientError,
  });
  server.removeAllContentTypeParsers();
  // Hooks have checked the content type by now. The bytes stay as they came: they are what is checked and forwarded.
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.server.maxConnections = options.maxConnections;
  server.server.on('checkExpectation', refuseExpectation);
  return server;
}

function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const message = "The Expect header is not supported. Send '100-continue' or nothing.";
  const error = new GatewayError('invalid_request', message, { status: 417 });
  const body = JSON.stringify(error.toOpenAi());
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': newRequestId(),
  });
  response.end(body);
}
