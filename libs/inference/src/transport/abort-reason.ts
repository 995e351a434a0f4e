import { GatewayError } from '#platform';

/** What to throw for an aborted call: the abort's own GatewayError, or else that the caller has left. */
export function abortReason(signal: AbortSignal): GatewayError {
  const reason: unknown = signal.reason;
  if (GatewayError.is(reason)) return reason;
  return new GatewayError('client_closed_request', 'The request was cancelled before it was answered.', {
    cause: reason,
  });
}
