import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../faults/fault-plan.js';
import { applyFaultBefore, type Exchange, faultError, waitUntilLeft } from './apply-fault.js';
import type { S3Handler, S3HandlerOptions } from './s3-handler.js';
import { authenticate } from './http/authenticate.js';
import { describeError, renderError } from './http/render-error.js';
import type { S3Request } from './http/s3-request.js';
import type { S3Response } from './http/s3-response.js';
import { releaseContent, sendCutResponse, sendResponse } from './http/send-response.js';
import { resolveRoute } from './operations/resolve-route.js';
import type { Route } from './operations/routes.js';
import type { ObjectStore } from './store/object-store.js';

// Long enough for whatever is already being answered, short enough for whoever waits for the process to end.
const closeGraceMs = 2000;

/** Takes each request through authentication, its operation and the faults that tests have asked for. */
export class LocalS3 implements S3Handler {
  private readonly options: S3HandlerOptions;
  private readonly store: ObjectStore;
  private readonly counts = new Map<string, number>();
  private readonly closing = new AbortController();
  private readonly running = new Map<Exchange, Promise<void>>();

  constructor(options: S3HandlerOptions, store: ObjectStore) {
    this.options = options;
    this.store = store;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const exchange: Exchange = { request, response, requestId, closing: this.closing.signal };
    response.setHeader('x-amz-request-id', requestId);
    const answered = this.answer(exchange);
    this.running.set(exchange, answered);
    await answered;
    this.running.delete(exchange);
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const { request, response } of this.running.keys()) if (!request.complete) response.destroy();
    const all = Promise.all(this.running.values());
    const grace = new AbortController();
    const overdue = setTimeout(closeGraceMs, 'overdue', { signal: grace.signal }).catch(() => 'ended');
    if ((await Promise.race([all, overdue])) === 'overdue') {
      for (const { response } of this.running.keys()) response.destroy();
    }
    grace.abort();
    await all;
  }

  requestCount(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  private async answer(exchange: Exchange): Promise<void> {
    try {
      await this.serve(exchange);
    } catch (error) {
      await this.answerError(exchange, error);
    }
    // What is left of a body that was not read would block the next request on the connection.
    if (!exchange.request.readableEnded) exchange.request.resume();
  }

  private async serve(exchange: Exchange): Promise<void> {
    const request = await authenticate(exchange.request, this.options.credentials);
    const route = resolveRoute(request);
    this.counts.set(route.operation, (this.counts.get(route.operation) ?? 0) + 1);
    const fault = this.options.faults.take('s3', route.operation, request.key === '' ? undefined : request.key);
    if (fault === undefined) {
      await sendResponse(exchange.request, exchange.response, await route.run(request, this.store));
    } else if ((await applyFaultBefore(fault, exchange)) === 'go-on') {
      await sendFaulty(exchange, fault, await this.runWith(exchange, route, request));
    }
  }

  /** Runs an operation and turns its refusal into a response, since a fault also befalls refusals. */
  private async runWith(exchange: Exchange, route: Route, request: S3Request): Promise<S3Response> {
    try {
      return await route.run(request, this.store);
    } catch (error) {
      this.report(exchange, error);
      return renderError(describeError(error), exchange.requestId);
    }
  }

  private async answerError(exchange: Exchange, error: unknown): Promise<void> {
    const { request, response, requestId } = exchange;
    this.report(exchange, error);
    if (isClientGone(exchange) || response.headersSent) {
      response.destroy();
      return;
    }
    try {
      await sendResponse(request, response, renderError(describeError(error), requestId));
    } catch (sendError) {
      this.report(exchange, sendError);
      response.destroy();
    }
  }

  private report(exchange: Exchange, error: unknown): void {
    if (isClientGone(exchange) || describeError(error).status !== 500) return;
    this.options.onInternalError?.(error);
  }
}

/** Left by itself, or cut because the handler closes: there is nobody to tell. */
function isClientGone({ request, response, closing }: Exchange): boolean {
  return closing.aborted || response.destroyed || (request.destroyed && !request.complete);
}

async function sendFaulty(exchange: Exchange, fault: Fault, answer: S3Response): Promise<void> {
  const { request, response, requestId } = exchange;
  switch (fault.kind) {
    case 'answer-lost':
      await releaseContent(answer);
      request.socket.destroy();
      return;
    case 'answer-error':
      await releaseContent(answer);
      return sendResponse(request, response, renderError(faultError(fault), requestId));
    case 'answer-stall':
      await releaseContent(answer);
      return waitUntilLeft(exchange);
    case 'cut':
      return sendCutResponse(response, answer, fault.afterBytes ?? 0);
    default:
      return sendResponse(request, response, answer);
  }
}
