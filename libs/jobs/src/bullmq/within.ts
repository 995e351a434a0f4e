import { GatewayError, type Redis } from '#platform';

/**
 * Runs a Redis operation only where a connection stands, and gives up on it after `timeoutMs`: a Redis that is away or
 * hangs costs that much and no more.
 *
 * @throws GatewayError `queue_unavailable`
 */
export async function within<T>(redis: Redis, timeoutMs: number, operation: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') throw unavailable(`its connection is '${redis.status}'`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(`it did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([operation(), late]);
  } catch (error) {
    if (GatewayError.is(error, 'queue_unavailable')) throw error;
    throw unavailable('it refused the command', error);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('queue_unavailable', `The queue is not available: ${detail}.`, { cause });
}
