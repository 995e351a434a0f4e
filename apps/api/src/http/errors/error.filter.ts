import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '#platform';
import type { DrainState } from '../exchange/drain-state.js';
import type { Hooks } from '../hooks.js';
import type { HttpReply, HttpRequest } from '../http.types.js';
import { sendError } from './send-error.js';
import { toGatewayError } from './to-gateway-error.js';

export interface ErrorFilterOptions {
  readonly logger: Logger;
  readonly drainState: DrainState;
  readonly hooks: Hooks;
}

/** Renders whatever a controller, the router or a parser throws. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly options: ErrorFilterOptions) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(exception, http.getRequest<HttpRequest>(), http.getResponse<HttpReply>());
  }

  answer(exception: unknown, request: HttpRequest, reply: HttpReply): void {
    const { logger, drainState, hooks } = this.options;
    // What fails inside the router has not come past the hooks.
    hooks.ensureOpen(request, reply);
    const error = toGatewayError(exception, request.server.initialConfig.bodyLimit);
    if (error.status >= 500) {
      logger.error(
        { requestId: request.exchange.requestId, reason: error.reason, details: error.details, error },
        'a request failed',
      );
    }
    sendError(request, reply, { error, draining: drainState.draining });
  }
}
