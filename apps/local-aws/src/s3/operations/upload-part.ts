import { receiveBody } from '../body/receive-body.js';
import type { ContentDigestResult } from '../checksums/content-digest.js';
import { checksumHeaderName } from '../checksums/create-checksum.js';
import { readCopyRange } from '../http/read-range.js';
import type { S3Request } from '../http/s3-request.js';
import { xmlResponse } from '../http/s3-response.js';
import { S3Error } from '../s3-error.js';
import { commitPart, type PartRecord, readUpload } from '../store/multipart-uploads.js';
import { xmlDocument } from '../xml/write-xml.js';
import { copyResult, openCopySource } from './copy-object.js';
import type { S3Operation } from './operation.js';
import { copyContent, maxBodyBytes, requireLength } from './store-object.js';

const maxPartNumber = 10_000;

export const uploadPart: S3Operation = async (request, store) => {
  requireLength(request);
  const bucket = store.bucket(request.bucket);
  const partNumber = readPartNumber(request);
  const upload = await readUpload(bucket, request.key, request.query.get('uploadId') ?? '');
  await using staged = store.staging.createFile();
  const received = await receiveBody(request, {
    maxBytes: maxBodyBytes,
    write: (bytes) => staged.append(bytes),
    ...(upload.checksum === undefined ? {} : { algorithm: upload.checksum.algorithm }),
  });
  const part = toPart(partNumber, received);
  await commitPart(bucket, upload, staged, part);
  const { checksum } = part;
  const checksums = checksum === undefined ? {} : { [checksumHeaderName(checksum.algorithm)]: checksum.value };
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksums } };
};

export const uploadPartCopy: S3Operation = async (request, store) => {
  const bucket = store.bucket(request.bucket);
  const partNumber = readPartNumber(request);
  const upload = await readUpload(bucket, request.key, request.query.get('uploadId') ?? '');
  const source = await openCopySource(request, store);
  await using staged = store.staging.createFile();
  let part: PartRecord;
  try {
    const range = readCopyRange(request.headers['x-amz-copy-source-range'], source.record.size);
    part = toPart(partNumber, await copyContent(source, range, staged, upload.checksum?.algorithm));
  } finally {
    await source.handle.close();
  }
  await commitPart(bucket, upload, staged, part);
  return xmlResponse(xmlDocument('CopyPartResult', copyResult(part)));
};

function toPart(partNumber: number, content: ContentDigestResult): PartRecord {
  return {
    partNumber,
    size: content.size,
    etag: content.md5,
    lastModifiedMs: Date.now(),
    ...(content.checksum === undefined ? {} : { checksum: content.checksum }),
  };
}

function readPartNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? '';
  const partNumber = Number(text);
  if (/^\d{1,5}$/.test(text) && partNumber >= 1 && partNumber <= maxPartNumber) return partNumber;
  throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`);
}
