import type { ObjectStream, ReadOptions } from './object-store.port.js';

export interface ExchangeOptions {
  readonly signal?: AbortSignal;
}

/**
 * Objects that other AWS services read and write at their `s3://bucket/key`: the way to and from endpoints that
 * work through S3 alone.
 *
 * Every method throws GatewayError `storage_unavailable` for what may pass by itself, and the reason of its signal.
 */
export abstract class ObjectExchange {
  /** Stores an object in this installation's bucket. @returns its location. */
  abstract write(
    key: string,
    body: Buffer,
    options?: ExchangeOptions & { readonly contentType?: string },
  ): Promise<string>;
  /** An object of any bucket; `undefined` while there is none. */
  abstract read(location: string, options?: ExchangeOptions): Promise<Buffer | undefined>;
  /** As `read`, for objects that memory has no room for. */
  abstract open(location: string, options?: ReadOptions): Promise<ObjectStream | undefined>;
  /** The locations under `prefix`, itself a location, in ascending order: everything that is there now. */
  abstract list(prefix: string, options?: ExchangeOptions): Promise<readonly string[]>;
  /** Removes what `write` stored; a missing object is no error. */
  abstract remove(key: string, options?: ExchangeOptions): Promise<void>;
}
