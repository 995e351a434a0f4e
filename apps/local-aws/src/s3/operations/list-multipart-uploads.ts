import { xmlResponse } from '../http/s3-response.js';
import { toByteOrder } from '../store/byte-order.js';
import { listUploads, type MultipartUpload } from '../store/multipart-uploads.js';
import { element, xmlDocument, type XmlFragment } from '../xml/write-xml.js';
import { readKeyEncoding, readPageLength } from './list-parameters.js';
import type { S3Operation } from './operation.js';
import { ownerElement } from './owner.js';

export const listMultipartUploads: S3Operation = async ({ bucket, query }, store) => {
  const encode = readKeyEncoding(query);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const uploadIdMarker = query.get('upload-id-marker') ?? '';
  const maxUploads = readPageLength(query, 'max-uploads');
  const matching = (await listUploads(store.bucket(bucket)))
    .filter(({ key }) => key.startsWith(prefix))
    .filter((upload) => keyMarker === '' || isBehind(upload, keyMarker, uploadIdMarker))
    .sort(compareUploads);
  const page = matching.slice(0, maxUploads);
  const last = matching.length > page.length ? page.at(-1) : undefined;
  const content = [
    element('Bucket', bucket),
    element('KeyMarker', encode(keyMarker)),
    element('UploadIdMarker', uploadIdMarker),
    element('NextKeyMarker', last === undefined ? undefined : encode(last.key)),
    element('NextUploadIdMarker', last?.uploadId),
    element('Prefix', encode(prefix)),
    element('EncodingType', query.get('encoding-type') || undefined),
    element('MaxUploads', maxUploads),
    element('IsTruncated', matching.length > page.length),
    ...page.map((upload) => uploadElement(upload, encode)),
  ];
  return xmlResponse(xmlDocument('ListMultipartUploadsResult', content));
};

function uploadElement(upload: MultipartUpload, encode: (text: string) => string): XmlFragment {
  return element('Upload', [
    element('Key', encode(upload.key)),
    element('UploadId', upload.uploadId),
    ownerElement('Initiator'),
    ownerElement(),
    element('StorageClass', upload.attributes.headers['x-amz-storage-class'] ?? 'STANDARD'),
    element('Initiated', new Date(upload.initiatedMs).toISOString()),
  ]);
}

/** By key, and for equal keys by upload id, which is what the markers go by. */
function compareUploads(left: MultipartUpload, right: MultipartUpload): number {
  const [leftKey, rightKey] = [toByteOrder(left.key), toByteOrder(right.key)];
  if (leftKey !== rightKey) return leftKey < rightKey ? -1 : 1;
  return left.uploadId < right.uploadId ? -1 : 1;
}

function isBehind(upload: MultipartUpload, keyMarker: string, uploadIdMarker: string): boolean {
  if (upload.key === keyMarker) return uploadIdMarker !== '' && upload.uploadId > uploadIdMarker;
  return toByteOrder(upload.key) > toByteOrder(keyMarker);
}
