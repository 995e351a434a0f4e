import type { GatewayError } from '#platform';

/** A default for failures that pass by themselves and where nobody said when. */
const DEFAULT_RETRY_AFTER_SECONDS = 1;

/** Headers that steer an SDK's retries. They obey `x-should-retry` before the status. */
export function errorHeaders(error: GatewayError): string[] {
  const headers = ['content-type', 'application/json'];
  if (error.status === 401) headers.push('www-authenticate', 'Bearer');
  const totalBytes = error.reason === 'range_not_satisfiable' ? error.details?.['totalBytes'] : undefined;
  if (typeof totalBytes === 'number') headers.push('content-range', `bytes */${totalBytes}`);
  if (error.retryable) {
    const seconds = error.retryAfterSeconds ?? (isOverload(error.status) ? DEFAULT_RETRY_AFTER_SECONDS : undefined);
    if (seconds !== undefined) {
      headers.push(
        'retry-after',
        String(Math.max(1, Math.ceil(seconds))),
        'retry-after-ms',
        String(Math.round(seconds * 1000)),
      );
    }
  } else if (isRetriedByDefault(error.status)) {
    headers.push('x-should-retry', 'false');
  }
  return headers;
}

function isOverload(status: number): boolean {
  return status === 429 || status === 503;
}

/** What the official SDKs try again unless told otherwise. */
function isRetriedByDefault(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}
