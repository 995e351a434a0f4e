import type { Readable } from 'node:stream';
import { freeBytes, GatewayError } from '#platform';

/** What a write must find in place. `absent` = `If-None-Match: *`; an ETag = `If-Match`. */
export type WriteCondition = { readonly absent: true } | { readonly etag: string };

export interface ObjectSummary {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
}

export interface ObjectStream {
  /** What it gives is its reader's own. */
  readonly body: Readable;
  /** Bytes of this stream (of the range, where one was asked for). */
  readonly size: number;
  readonly etag: string;
  /** Where the whole of it lies, in the store that opened it; absent for a range. */
  readonly key?: string;
}

/** First and last byte, both included, as HTTP counts them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface ReadOptions {
  readonly range?: ByteRange;
  /** Fails with `precondition_failed` when the object is no longer this one. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

export interface ReadIntoOptions extends Omit<ReadOptions, 'range'> {
  /** Place in the object of the first byte. */
  readonly first: number;
}

export interface WriteOptions {
  readonly condition?: WriteCondition;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface ListPage {
  readonly objects: readonly ObjectSummary[];
  /** Common prefixes, when a delimiter was given. */
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
}

/** A piece of an object that is joined on the server's side, without its bytes passing through. */
export type ComposePart =
  { readonly copy: string; readonly range?: ByteRange; readonly size: number } | { readonly bytes: Buffer };

/**
 * Where bytes rest: strong reads and conditional writes, nothing more is asked of S3.
 *
 * Every method throws GatewayError: `not_found` for a missing object, `precondition_failed` when a condition does not
 * hold, `range_not_satisfiable`, and `storage_unavailable` for everything that may pass by itself (time-outs, 5xx, resets).
 */
export abstract class ObjectStore {
  abstract put(key: string, body: Buffer | string, options?: WriteOptions): Promise<{ etag: string }>;
  /**
   * Streams a body of unknown length in bounded memory; nothing is visible under the key until all of it is stored. What
   * the body gave is copied when the next is asked for, so its memory is free again then.
   */
  abstract putStream(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<{ etag: string; size: number }>;
  /** Joins parts, in order, into one object. Copied parts of 5 MiB and more are joined by the server. */
  abstract compose(
    key: string,
    parts: AsyncIterable<ComposePart>,
    options?: WriteOptions,
  ): Promise<{ etag: string; size: number }>;
  abstract get(key: string, options?: ReadOptions): Promise<StoredObject>;
  abstract getStream(key: string, options?: ReadOptions): Promise<ObjectStream>;
  /**
   * Fills `target` with the bytes of an object from `first` on. What stands in it after a failure is unknown.
   *
   * @throws GatewayError also `internal_error` where the object ends before.
   */
  async readInto(key: string, target: Buffer, { first, ...options }: ReadIntoOptions): Promise<void> {
    if (target.length === 0) return;
    const range = { first, last: first + target.length - 1 };
    const { body } = await this.getStream(key, { ...options, range });
    let at = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      at += piece.copy(target, at);
      freeBytes(piece);
    }
    if (at === target.length) return;
    throw new GatewayError('internal_error', 'A stored object is shorter than what was to be read of it.', {
      details: { key, range, actualBytes: at },
    });
  }
  abstract head(key: string, options?: { readonly signal?: AbortSignal }): Promise<ObjectSummary>;
  /** One page in ascending key order, keys strictly after `startAfter`; at most 1,000 (S3's own page). */
  abstract list(
    prefix: string,
    options?: {
      readonly startAfter?: string;
      readonly limit?: number;
      readonly delimiter?: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<ListPage>;
  /** Deletes what is there; a missing object is no error. */
  abstract delete(keys: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<void>;
}
