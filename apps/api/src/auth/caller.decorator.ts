import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GatewayError } from '#platform';
import type { HttpRequest } from '../http/http.types.js';
import type { Caller } from './caller.js';

/** The caller of a route that needs a key. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<HttpRequest>()),
);

/** @throws GatewayError `internal_error` on a route that needs no key */
export function callerOf({ exchange }: HttpRequest): Caller {
  if (exchange.caller === undefined)
    throw new GatewayError('internal_error', 'This route is open, but its handler needs a caller.');
  return exchange.caller;
}
