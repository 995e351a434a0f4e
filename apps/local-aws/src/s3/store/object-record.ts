import type { ChecksumAlgorithm } from '../checksums/create-checksum.js';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64, with `-<parts>` behind it where it is composite. */
  readonly value: string;
}

/** What a client may set on an object besides its bytes. */
export interface ObjectAttributes {
  /** Content headers and other headers that are given back as they came, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-` headers by the lower-case name behind the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

export interface ObjectRecord extends ObjectAttributes {
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: StoredChecksum;
}

/** What a listing shows, kept in memory for every object. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
}

export function toListedObject(record: ObjectRecord): ListedObject {
  const { key, size, etag, lastModifiedMs } = record;
  return { key, size, etag, lastModifiedMs, storageClass: record.headers['x-amz-storage-class'] ?? 'STANDARD' };
}
