import type { Headers } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import { noSuchKey, type WriteCondition } from '../store/object-store.js';
import { matchEtag } from './match-etag.js';
import { preconditionFailed } from './read-condition.js';

/**
 * What If-Match and If-None-Match ask of a write. S3 knows only `If-None-Match: *`.
 * @throws S3Error NotImplemented
 */
export function readWriteCondition(headers: Headers, key: string): WriteCondition {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A write accepts If-None-Match only with the value *.');
  }
  return (existing) => {
    if (ifNoneMatch !== undefined && existing !== undefined) throw preconditionFailed('If-None-Match');
    if (ifMatch !== undefined) requireMatch(ifMatch, existing?.etag, key);
  };
}

/** @throws S3Error NoSuchKey where nothing is there, PreconditionFailed where something else is */
export function requireMatch(ifMatch: string, etag: string | undefined, key: string): void {
  if (etag === undefined) throw noSuchKey(key);
  if (!matchEtag(ifMatch, etag)) throw preconditionFailed('If-Match');
}
