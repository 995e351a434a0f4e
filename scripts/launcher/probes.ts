import { Redis } from 'ioredis';

const TIMEOUT_MS = 2000;
const CLOSE_TIMEOUT_MS = 50;
const MAX_REASON_LENGTH = 600;

/** Undefined when the address answers 200, else what it answered. */
export async function whyNotOk(url: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url, { signal });
  const text = await response.text();
  return response.status === 200 ? undefined : `${url} answers ${response.status} ${text.slice(0, MAX_REASON_LENGTH)}`;
}

/** Resolves undefined when Redis answers; rejects with what keeps it from answering. */
export async function whyRedisIsNotOk(
  url: string,
  signal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<string | undefined> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disconnectTimeout: CLOSE_TIMEOUT_MS,
  });
  let cause: unknown;
  redis.on('error', (error: Error) => {
    cause = error;
  });
  const leave = (): void => {
    cause ??= signal.reason;
    redis.disconnect();
  };
  signal.addEventListener('abort', leave);
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } catch (error) {
    // The connection's own error says why; the command's only that there is no connection.
    throw cause ?? error;
  } finally {
    signal.removeEventListener('abort', leave);
    redis.disconnect();
  }
}
