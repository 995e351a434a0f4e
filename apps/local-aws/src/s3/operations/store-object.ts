import { receiveBody } from '../body/receive-body.js';
import { type ChecksumAlgorithm } from '../checksums/create-checksum.js';
import { ContentDigest, type ContentDigestResult } from '../checksums/content-digest.js';
import { readObjectAttributes } from '../http/object-headers.js';
import type { S3Request } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import type { OpenObjectFile } from '../store/object-file.js';
import type { ObjectAttributes, ObjectRecord } from '../store/object-record.js';
import type { ObjectStore, WriteCondition } from '../store/object-store.js';
import { readContent } from '../store/read-content.js';
import type { StagedFile } from '../store/staged-file.js';
import type { ByteRange } from '../http/read-range.js';

// S3's own bound for one PUT and for one part.
export const maxBodyBytes = 5 * 1024 ** 3;

export interface StoreBodyOptions {
  readonly condition?: WriteCondition;
  readonly minBytes?: number;
  readonly maxBytes?: number;
}

/** Stores the body of a request as the object it addresses. */
export async function storeBody(
  request: S3Request,
  store: ObjectStore,
  options: StoreBodyOptions,
): Promise<ObjectRecord> {
  const bucket = store.bucket(request.bucket);
  const attributes = readObjectAttributes(request.headers);
  await using staged = store.staging.createFile();
  const write = (bytes: Buffer): Promise<void> => staged.append(bytes);
  const received = await receiveBody(request, { maxBytes: options.maxBytes ?? maxBodyBytes, write });
  if (received.size < (options.minBytes ?? 0)) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.');
  }
  const record = toRecord(request.key, attributes, received);
  await store.commitObject(bucket, staged, record, options.condition);
  return record;
}

/** Copies a range of an object file to the end of a staged file and says what passed by. */
export async function copyContent(
  source: OpenObjectFile<unknown>,
  range: ByteRange,
  staged: StagedFile,
  algorithm?: ChecksumAlgorithm,
): Promise<ContentDigestResult> {
  const digest = new ContentDigest(algorithm);
  for await (const block of readContent(source.handle, range.start, range.length)) {
    digest.update(block);
    await staged.append(block);
  }
  return digest.finish();
}

export function toRecord(key: string, attributes: ObjectAttributes, content: ContentDigestResult): ObjectRecord {
  return {
    ...attributes,
    key,
    size: content.size,
    etag: content.md5,
    lastModifiedMs: Date.now(),
    ...(content.checksum === undefined ? {} : { checksum: { ...content.checksum, type: 'FULL_OBJECT' } }),
  };
}

/** @throws S3Error MissingContentLength where nothing says how long the body is */
export function requireLength({ headers }: S3Request): void {
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
}
