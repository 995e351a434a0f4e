import { checkReadCondition } from '../conditions/read-condition.js';
import { matchEtag } from '../conditions/match-etag.js';
import { checksumHeaders, objectHeaders } from '../http/object-headers.js';
import { type ByteRange, readRange } from '../http/read-range.js';
import type { S3Request } from '../http/s3-request.js';
import type { S3Response } from '../http/s3-response.js';
import { toHeaderValue } from '../http/to-header-value.js';
import type { ObjectRecord } from '../store/object-record.js';
import type { S3Operation } from './operation.js';

const overridableHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

export const getObject: S3Operation = async (request, store) => {
  const { handle, record } = await store.openObject(store.bucket(request.bucket), request.key);
  try {
    const { range, ...answer } = describeObject(request, record);
    if (answer.status === 304) {
      await handle.close();
      return answer;
    }
    return { ...answer, body: { handle, ...range } };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

export const headObject: S3Operation = async (request, store) => {
  const { handle, record } = await store.openObject(store.bucket(request.bucket), request.key);
  await handle.close();
  const { range, ...answer } = describeObject(request, record);
  if (answer.status === 304) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-length': String(range.length) } };
};

function describeObject(request: S3Request, record: ObjectRecord): S3Response & { range: ByteRange } {
  const headers = objectHeaders(record);
  const whole = { start: 0, length: record.size };
  if (checkReadCondition(request.headers, record) === 'not-modified') return { status: 304, headers, range: whole };
  const overridden = { ...headers, ...readOverrides(request) };
  const range = requestedRange(request, record);
  if (range === undefined) {
    const checksums = request.headers['x-amz-checksum-mode'] === 'ENABLED' ? checksumHeaders(record.checksum) : {};
    return { status: 200, headers: { ...overridden, ...checksums }, range: whole };
  }
  const contentRange = `bytes ${range.start}-${range.start + range.length - 1}/${record.size}`;
  return { status: 206, headers: { ...overridden, 'content-range': contentRange }, range };
}

function requestedRange({ headers }: S3Request, record: ObjectRecord): ByteRange | undefined {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && !matchEtag(ifRange, record.etag)) return undefined;
  return readRange(headers['range'], record.size);
}

/** `response-content-type` and its like, which a presigned URL uses to name the download. */
function readOverrides({ query }: S3Request): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const name of overridableHeaders) {
    const value = query.get(`response-${name}`);
    if (value !== undefined) overrides[name] = toHeaderValue(value);
  }
  return overrides;
}
