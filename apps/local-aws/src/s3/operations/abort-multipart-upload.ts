import { noSuchUpload, readUpload, removeUpload } from '../store/multipart-uploads.js';
import type { S3Operation } from './operation.js';

export const abortMultipartUpload: S3Operation = async ({ bucket: bucketName, key, query }, store) => {
  const bucket = store.bucket(bucketName);
  const { uploadId } = await readUpload(bucket, key, query.get('uploadId') ?? '');
  if (!(await removeUpload(bucket, uploadId, store.staging))) throw noSuchUpload(uploadId);
  return { status: 204 };
};
