import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '#platform';
import type { ObjectExchange } from '#storage';

export interface ResultLocations {
  readonly output: string;
  /** Absent where the endpoint keeps no failures. */
  readonly failure: string | undefined;
}

/** What an asynchronous call left behind. */
export type AsyncResult =
  { readonly kind: 'output'; readonly body: Buffer } | { readonly kind: 'failure'; readonly text: string };

export interface PollPace {
  readonly firstMs: number;
  readonly maxMs: number;
}

const GROWTH = 1.5;

/**
 * Looks for the result until it is there. An S3 that does not answer for a while loses nothing: the result stays where
 * it is. Output is looked for first, since an endpoint writes one of the two.
 *
 * @throws the reason of the signal, or GatewayError where a location makes no sense.
 */
export async function waitForResult(
  exchange: ObjectExchange,
  { output, failure }: ResultLocations,
  { signal, pace }: { readonly signal: AbortSignal; readonly pace: PollPace },
): Promise<AsyncResult> {
  for (let pauseMs = pace.firstMs; ; pauseMs = Math.min(pauseMs * GROWTH, pace.maxMs)) {
    await pause(pauseMs, signal);
    const body = await look(exchange, output, signal);
    if (body !== undefined) return { kind: 'output', body };
    const text = failure === undefined ? undefined : await look(exchange, failure, signal);
    if (text !== undefined) return { kind: 'failure', text: text.toString('utf8') };
  }
}

async function look(exchange: ObjectExchange, location: string, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    return await exchange.read(location, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (GatewayError.is(error, 'storage_unavailable')) return undefined;
    throw error;
  }
}

async function pause(pauseMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(pauseMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
