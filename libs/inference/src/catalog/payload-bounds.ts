import type { TransportName } from './model-entry.types.js';

/** Bytes of a request body: what an entry that is silent takes, and the most that one may say. */
export interface PayloadBounds {
  readonly fallback: number;
  readonly max: number;
}

const MEBIBYTE = 1024 * 1024;
/** The payload limit in SageMaker's API model; endpoints in some regions take 25 MB, which an entry may say. */
const INVOKE: PayloadBounds = { fallback: 6 * MEBIBYTE, max: 25 * MEBIBYTE };
/** Inputs that travel through S3. */
const ASYNC: PayloadBounds = { fallback: 1024 * MEBIBYTE, max: 1024 * MEBIBYTE };
/** Servers of one's own set their own limits; 64 MiB is above what the gateway itself takes by default. */
const HTTP: PayloadBounds = { fallback: 64 * MEBIBYTE, max: 1024 * MEBIBYTE };

export function payloadBoundsOf(transports: readonly TransportName[]): PayloadBounds {
  if (transports.includes('http')) return HTTP;
  return transports.includes('async') ? ASYNC : INVOKE;
}
