import { malformedXml, readXmlBody } from '../body/read-xml-body.js';
import { checksumHeaderName } from '../checksums/create-checksum.js';
import { readWriteCondition } from '../conditions/write-condition.js';
import type { S3Request } from '../http/s3-request.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { readUpload, removeUpload } from '../store/multipart-uploads.js';
import type { StoredChecksum } from '../store/object-record.js';
import { childrenNamed } from '../xml/read-xml.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import { assembleParts, type ListedPart, readListedPart } from './assemble-parts.js';
import type { S3Operation } from './operation.js';

const maxParts = 10_000;

export const completeMultipartUpload: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const condition = readWriteCondition(request.headers, request.key);
  const upload = await readUpload(bucket, request.key, request.query.get('uploadId') ?? '');
  const listed = await readListedParts(request);
  await using staged = store.staging.createFile();
  const record = await assembleParts(bucket, upload, listed, staged);
  refuseOtherChecksum(request, record.checksum);
  await store.commitObject(bucket, staged, record, condition);
  await removeUpload(bucket, upload.uploadId, store.staging);
  const content = [
    element('Location', `http://${request.headers['host'] ?? 'localhost'}/${request.bucket}/${encodeURI(request.key)}`),
    element('Bucket', request.bucket),
    element('Key', request.key),
    element('ETag', `"${record.etag}"`),
    ...(record.checksum === undefined
      ? []
      : [
          element(`Checksum${record.checksum.algorithm}`, record.checksum.value),
          element('ChecksumType', record.checksum.type),
        ]),
  ];
  return xmlResponse(xmlDocument('CompleteMultipartUploadResult', content));
};

async function readListedParts(request: S3Request): Promise<ListedPart[]> {
  // The checksum headers of this request speak of the object that is to be, not of the list in its body.
  const { headers } = request;
  const ofBody = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
  const root = await readXmlBody({ ...request, headers: ofBody }, 'CompleteMultipartUpload');
  const listed = childrenNamed(root, 'Part').map(readListedPart);
  const numbered = listed.every(
    ({ partNumber, etag }) => Number.isInteger(partNumber) && partNumber > 0 && etag !== '',
  );
  if (listed.length === 0 || listed.length > maxParts || !numbered) throw malformedXml();
  const ascending = listed.every(
    (part, index) => index === 0 || part.partNumber > (listed[index - 1]?.partNumber ?? 0),
  );
  if (ascending) return listed;
  throw new S3Error(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  );
}

function refuseOtherChecksum({ headers }: S3Request, checksum: StoredChecksum | undefined): void {
  if (checksum === undefined) return;
  const stated = headers[checksumHeaderName(checksum.algorithm)];
  if (stated === undefined || stated === checksum.value) return;
  throw new S3Error('BadDigest', `The ${checksum.algorithm} you specified did not match the calculated checksum.`);
}
