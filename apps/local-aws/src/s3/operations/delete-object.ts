import { requireMatch } from '../conditions/write-condition.js';
import type { S3Operation } from './operation.js';

export const deleteObject: S3Operation = async ({ bucket, key, headers }, store) => {
  const ifMatch = headers['if-match'];
  await store.deleteObject(store.bucket(bucket), key, (existing) => {
    if (ifMatch !== undefined) requireMatch(ifMatch, existing?.etag, key);
  });
  return { status: 204 };
};
