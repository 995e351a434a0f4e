import { readWriteCondition } from '../conditions/write-condition.js';
import { checksumHeaders } from '../http/object-headers.js';
import type { ObjectRecord } from '../store/object-record.js';
import type { S3Operation } from './operation.js';
import { requireLength, storeBody } from './store-object.js';

export const putObject: S3Operation = async (request, store) => {
  requireLength(request);
  const record = await storeBody(request, store, { condition: readWriteCondition(request.headers, request.key) });
  return { status: 200, headers: writtenHeaders(record) };
};

/** The headers that answer a write. */
export function writtenHeaders(record: ObjectRecord): Record<string, string> {
  const encryption = record.headers['x-amz-server-side-encryption'];
  return {
    etag: `"${record.etag}"`,
    ...checksumHeaders(record.checksum),
    ...(encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }),
  };
}
