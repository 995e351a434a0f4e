import { newId } from '#platform';
import type { ObjectExchange } from '#storage';

/** What SageMaker takes inside the request itself. */
const MAX_INLINE_BYTES = 128_000;

/** The body of an asynchronous call, as the command wants it, and where it lies meanwhile. */
export interface AsyncInput {
  readonly members: { readonly Body: Buffer } | { readonly InputLocation: string };
  /** Key of the stored body; absent where it travels inline. */
  readonly key: string | undefined;
}

export interface AsyncInputOptions {
  /** Where a body goes that does not travel inline. */
  readonly key: string;
  readonly contentType: string;
  readonly signal: AbortSignal;
}

/** @throws GatewayError `storage_unavailable` when a body that is too long to travel inline cannot be stored. */
export async function placeInput(
  exchange: ObjectExchange,
  body: Buffer,
  { key, contentType, signal }: AsyncInputOptions,
): Promise<AsyncInput> {
  // An empty body would count as none at all.
  if (body.length > 0 && body.length <= MAX_INLINE_BYTES) return { members: { Body: body }, key: undefined };
  return { members: { InputLocation: await exchange.write(key, body, { contentType, signal }) }, key };
}

/** By day, so that a rule of the bucket or a person can clear what a crash left. */
export function newInputKey(inputPrefix: string, extension = ''): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${inputPrefix.replace(/\/+$/, '')}/${day}/${newId('in-')}${extension}`;
}
