import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';

/** What a failed call says about what was asked. */
export type FailedCall =
  /** The endpoint is full, asleep, missing or not ours to use: says nothing about the lines. */
  | { readonly kind: 'endpoint'; readonly error: GatewayError }
  /** Failed in a way that may follow the content. */
  | { readonly kind: 'suspect'; readonly error: GatewayError }
  /** Refused for its content, or on our own account. */
  | { readonly kind: 'refused'; readonly error: GatewayError }
  | { readonly kind: 'aborted' };

const SUSPECT_REASONS: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  'upstream_error',
  'upstream_garbage',
  'upstream_timeout',
  'internal_error',
]);
/** Not retryable for a caller, yet no fault of the line: the catalog no longer knows the model. */
const ENDPOINT_REASONS: ReadonlySet<ErrorReason> = new Set<ErrorReason>(['model_not_found']);

export function judgeFailure(thrown: unknown, signal: AbortSignal): FailedCall {
  if (signal.aborted) return { kind: 'aborted' };
  const error = toGatewayError(thrown);
  return { kind: kindOfFailure(error), error };
}

/** What an error says of the lines that were asked: that they are refused, that they may be to blame, or nothing. */
export function kindOfFailure(error: GatewayError): 'refused' | 'suspect' | 'endpoint' {
  if (SUSPECT_REASONS.has(error.reason)) return 'suspect';
  return error.retryable || ENDPOINT_REASONS.has(error.reason) ? 'endpoint' : 'refused';
}

export function toGatewayError(thrown: unknown): GatewayError {
  if (GatewayError.is(thrown)) return thrown;
  return new GatewayError('internal_error', 'This request could not be processed.', { cause: thrown });
}
