import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';

/** Failures of an endpoint, not of a request: another endpoint may well answer. */
const OF_THE_ENDPOINT: ReadonlySet<ErrorReason> = new Set([
  'upstream_throttled',
  'upstream_error',
  'upstream_garbage',
  'upstream_timeout',
  'upstream_unavailable',
  'upstream_misconfigured',
]);

export function saysNothingOfTheRequest(error: unknown): boolean {
  return GatewayError.is(error) && OF_THE_ENDPOINT.has(error.reason);
}

/**
 * Asks one candidate after the other until one answers. What the first one said is what the caller hears when none does:
 * it is the model that was asked for.
 */
export async function callFirstAble<C, T>(
  candidates: readonly C[],
  signal: AbortSignal,
  call: (candidate: C) => Promise<T>,
): Promise<T> {
  let first: unknown;
  for (const candidate of candidates) {
    try {
      return await call(candidate);
    } catch (error) {
      first ??= error;
      if (signal.aborted) throw error;
      if (!mayPassOn(error, error === first)) throw first;
    }
  }
  throw first;
}

/** A stand-in that takes less than the model does is passed over. */
function mayPassOn(error: unknown, isFirst: boolean): boolean {
  return saysNothingOfTheRequest(error) || (!isFirst && GatewayError.is(error, 'body_too_large'));
}
