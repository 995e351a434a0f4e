import { hash } from 'node:crypto';
import { GatewayError } from '#platform';
import type { AnswerMode } from '../catalog/choose-transport.js';
import type { ModelEntry, TransportName } from '../catalog/model-entry.types.js';
import type { CallContext, Operation } from '../inference.types.js';
import type { TransportRequest } from './transport.port.js';

/** What a call may say beyond its bytes. */
export interface CallDetails {
  /** Absent = the operation that the model type is for. Needed where a type answers several: completions, translations. */
  readonly operation?: Operation;
  /** Absent = JSON. */
  readonly contentType?: string;
  /** Path below the base URL of an HTTP server that has one of its own for this, e.g. `/embed`. */
  readonly path?: string;
}

interface Sending extends CallDetails {
  readonly operation: Operation;
  readonly body: Buffer;
  readonly mode: AnswerMode;
  readonly via: TransportName;
}

export const JSON_CONTENT_TYPE = 'application/json';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** What SageMaker takes as an inference id. */
const INFERENCE_ID = /^[!-~][ -~]{0,63}$/;
/** Enough that no two tenants meet; SageMaker takes 64 characters. */
const DIGEST_LENGTH = 32;

/** @throws GatewayError `body_too_large` when the model's endpoint does not take as many bytes. */
export function createTransportRequest(entry: ModelEntry, call: CallContext, sending: Sending): TransportRequest {
  const { target, limits, options } = entry;
  const { contentType = JSON_CONTENT_TYPE, operation, path, via } = sending;
  // The scanner accepts a byte order mark; model servers need not.
  const body = sending.body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? sending.body.subarray(3) : sending.body;
  if (body.length > limits.payloadBytes) {
    throw new GatewayError(
      'body_too_large',
      `The request is ${body.length} bytes; the model '${entry.id}' takes at most ${limits.payloadBytes}.`,
    );
  }
  return {
    target,
    via,
    operation,
    contentType,
    body,
    signal: call.signal,
    timeouts: timeoutsOf(entry, sending.mode),
    ...(path === undefined ? {} : { path }),
    ...(INFERENCE_ID.test(call.requestId) ? { inferenceId: call.requestId } : {}),
    ...(call.retries === 'none' ? { isUnguarded: true } : {}),
    ...(options.async === undefined ? {} : { async: options.async }),
    ...(options.customAttributes === undefined ? {} : { customAttributes: options.customAttributes }),
    ...(options.prefixAwareId === true && call.tenant !== undefined ? { prefixAwareId: digestOf(call.tenant) } : {}),
  };
}

function timeoutsOf({ limits }: ModelEntry, mode: AnswerMode): TransportRequest['timeouts'] {
  const { requestTimeoutMs, firstTokenTimeoutMs, stallTimeoutMs } = limits;
  return mode === 'whole'
    ? { headersMs: requestTimeoutMs, idleMs: stallTimeoutMs }
    : { headersMs: firstTokenTimeoutMs, idleMs: Math.max(firstTokenTimeoutMs, stallTimeoutMs) };
}

/** AWS learns which calls belong together, not whose they are. */
function digestOf(tenant: string): string {
  return hash('sha256', tenant, 'hex').slice(0, DIGEST_LENGTH);
}
