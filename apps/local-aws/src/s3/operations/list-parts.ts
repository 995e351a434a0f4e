import { xmlResponse } from '../http/s3-response.js';
import { listParts as readParts, readUpload } from '../store/multipart-uploads.js';
import { element, xmlDocument } from '../xml/write-xml.js';
import { readPageLength } from './list-parameters.js';
import type { S3Operation } from './operation.js';
import { ownerElement } from './owner.js';

export const listParts: S3Operation = async ({ bucket: bucketName, key, query }, store) => {
  const bucket = store.bucket(bucketName);
  const upload = await readUpload(bucket, key, query.get('uploadId') ?? '');
  const marker = Number(query.get('part-number-marker') ?? '0') || 0;
  const maxParts = readPageLength(query, 'max-parts');
  const parts = (await readParts(bucket, upload)).filter(({ partNumber }) => partNumber > marker);
  const page = parts.slice(0, maxParts);
  const isTruncated = parts.length > page.length;
  const content = [
    element('Bucket', bucketName),
    element('Key', key),
    element('UploadId', upload.uploadId),
    ownerElement('Initiator'),
    ownerElement(),
    element('StorageClass', upload.attributes.headers['x-amz-storage-class'] ?? 'STANDARD'),
    element('PartNumberMarker', marker),
    element('NextPartNumberMarker', isTruncated ? page.at(-1)?.partNumber : undefined),
    element('MaxParts', maxParts),
    element('IsTruncated', isTruncated),
    element('ChecksumAlgorithm', upload.checksum?.algorithm),
    element('ChecksumType', upload.checksum?.type),
    ...page.map((part) =>
      element('Part', [
        element('PartNumber', part.partNumber),
        element('LastModified', new Date(part.lastModifiedMs).toISOString()),
        element('ETag', `"${part.etag}"`),
        element('Size', part.size),
        ...(part.checksum === undefined ? [] : [element(`Checksum${part.checksum.algorithm}`, part.checksum.value)]),
      ]),
    ),
  ];
  return xmlResponse(xmlDocument('ListPartsResult', content));
};
