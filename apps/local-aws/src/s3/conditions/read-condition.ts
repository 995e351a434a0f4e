import type { Headers } from '../http/s3-request.js';
import { S3Error } from '../s3-error.js';
import type { ObjectRecord } from '../store/object-record.js';
import { matchEtag } from './match-etag.js';

export type ReadConditionPrefix = '' | 'x-amz-copy-source-';

/**
 * Judges the four conditional headers of a read, or of the source of a copy, in the order of RFC 9110.
 * @throws S3Error PreconditionFailed
 */
export function checkReadCondition(
  headers: Headers,
  record: ObjectRecord,
  prefix: ReadConditionPrefix = '',
): 'met' | 'not-modified' {
  const ifMatch = headers[`${prefix}if-match`];
  const ifUnmodifiedSince = headers[`${prefix}if-unmodified-since`];
  if (ifMatch !== undefined) {
    if (!matchEtag(ifMatch, record.etag)) throw preconditionFailed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && isModifiedSince(record, ifUnmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const ifModifiedSince = headers[`${prefix}if-modified-since`];
  if (ifNoneMatch !== undefined) return matchEtag(ifNoneMatch, record.etag) ? 'not-modified' : 'met';
  const unchanged = ifModifiedSince !== undefined && isModifiedSince(record, ifModifiedSince) === false;
  return unchanged ? 'not-modified' : 'met';
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    details: { Condition: condition },
  });
}

/** Undefined where the header is no date, which makes the condition void. HTTP dates have whole seconds. */
function isModifiedSince(record: ObjectRecord, date: string): boolean | undefined {
  const sinceMs = Date.parse(date);
  if (Number.isNaN(sinceMs)) return undefined;
  return Math.floor(record.lastModifiedMs / 1000) > Math.floor(sinceMs / 1000);
}
