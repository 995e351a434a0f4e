import { readChecksumAlgorithm, readObjectAttributes } from '../http/object-headers.js';
import type { Headers } from '../http/s3-request.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { createUpload, type MultipartUpload } from '../store/multipart-uploads.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import type { S3Operation } from './operation.js';

export const createMultipartUpload: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const checksum = readChecksum(request.headers);
  const attributes = readObjectAttributes(request.headers);
  const fields = { key: request.key, attributes, ...(checksum === undefined ? {} : { checksum }) };
  const upload = await createUpload(bucket, fields, store.staging);
  const content = [
    element('Bucket', request.bucket),
    element('Key', request.key),
    element('UploadId', upload.uploadId),
  ];
  const response = xmlResponse(xmlDocument('InitiateMultipartUploadResult', content));
  if (checksum === undefined) return response;
  const headers = { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type };
  return { ...response, headers: { ...response.headers, ...headers } };
};

/** CRC64NVME is only ever of the whole object, a SHA only of the parts; the other CRCs can be either. */
function readChecksum(headers: Headers): MultipartUpload['checksum'] {
  const algorithm = readChecksumAlgorithm(headers['x-amz-checksum-algorithm']);
  const type = headers['x-amz-checksum-type'];
  if (algorithm === undefined) return undefined;
  const [allowed, preferred] =
    algorithm === 'CRC64NVME'
      ? (['FULL_OBJECT', 'FULL_OBJECT'] as const)
      : ([algorithm.startsWith('SHA') ? 'COMPOSITE' : 'FULL_OBJECT', 'COMPOSITE'] as const);
  if (type === undefined || type === preferred) return { algorithm, type: preferred };
  if (type === allowed) return { algorithm, type: allowed };
  throw new S3Error(
    'InvalidRequest',
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  );
}
