import type { GatewayError } from '#platform';

/** Nothing left this machine, or nobody was there to take it. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** SageMaker's own refusals; its other 5xx may come after a call was queued. */
const UNAVAILABLE = 503;

/** Whether a submission that failed provably put nothing into the queue, so that making it again makes no second call. */
export function wasNeverAccepted({ reason, details = {} }: GatewayError): boolean {
  const { upstreamStatus, connectionError } = details;
  if (typeof upstreamStatus === 'number') {
    return (upstreamStatus >= 400 && upstreamStatus < 500) || upstreamStatus === UNAVAILABLE;
  }
  return NOT_CONNECTED.has(connectionError) || reason === 'upstream_misconfigured';
}
