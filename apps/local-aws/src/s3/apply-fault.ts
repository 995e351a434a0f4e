import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../faults/fault-plan.js';
import { type ErrorDocument, renderError } from './http/render-error.js';
import { sendResponse } from './http/send-response.js';
import { S3Error } from './s3-error.js';

/** The faults that S3 knows: before the work, and to its answer. */
const faultKinds = ['slow', 'error', 'reset', 'stall', 'answer-lost', 'answer-error', 'answer-stall', 'cut'] as const;
type FaultKind = (typeof faultKinds)[number];

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Aborted when the handler closes. */
  readonly closing: AbortSignal;
}

const defaultDelayMs = 1000;

/**
 * Does what a fault asks for before anything has happened. Returns `answered` where the request ends with that.
 * @throws S3Error InternalError for a kind that S3 does not know
 */
export async function applyFaultBefore(fault: Fault, exchange: Exchange): Promise<'answered' | 'go-on'> {
  const { request, response, closing } = exchange;
  switch (readKind(fault)) {
    case 'slow':
      await setTimeout(fault.delayMs ?? defaultDelayMs, undefined, { signal: closing });
      return 'go-on';
    case 'reset':
      request.socket.destroy();
      return 'answered';
    case 'stall':
      await waitUntilLeft(exchange);
      return 'answered';
    case 'error':
      await sendResponse(request, response, renderError(faultError(fault), exchange.requestId));
      return 'answered';
    case 'answer-lost':
    case 'answer-error':
    case 'answer-stall':
    case 'cut':
      return 'go-on';
  }
}

/** Keeps a request without an answer until its client leaves. */
export async function waitUntilLeft({ request, response, closing }: Exchange): Promise<void> {
  // A socket that nobody reads does not tell that the client has left.
  request.resume();
  if (!response.closed) await once(response, 'close', { signal: closing });
}

/** The error that a fault answers with. */
export function faultError(fault: Fault): ErrorDocument {
  const status = fault.status ?? (fault.kind === 'error' ? 503 : 500);
  const code = codesByStatus[status] ?? (status < 500 ? 'InvalidRequest' : 'InternalError');
  return { status, code, message: fault.message ?? 'This failure was asked for by a fault.' };
}

const codesByStatus: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'SlowDown',
};

function readKind(fault: Fault): FaultKind {
  const kind = faultKinds.find((known) => known === fault.kind);
  if (kind === undefined) throw new S3Error('InternalError', `S3 knows no fault of the kind ${fault.kind}.`);
  return kind;
}
