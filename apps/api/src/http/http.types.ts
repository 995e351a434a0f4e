import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from './exchange/exchange.js';
import type { RoutePolicy } from './routing/route-facts.js';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
  interface FastifyContextConfig {
    policy?: RoutePolicy;
  }
}

/** A request as controllers get it. */
export type HttpRequest = FastifyRequest;
export type HttpReply = FastifyReply;
