import type { Headers } from './s3-request.js';
import { checksumHeaderName } from '../checksums/create-checksum.js';
import { isChecksumAlgorithm, type ChecksumAlgorithm } from '../checksums/create-checksum.js';
import { S3Error } from '../s3-error.js';
import type { ObjectAttributes, ObjectRecord, StoredChecksum, Tag } from '../store/object-record.js';

const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
] as const;
const metadataPrefix = 'x-amz-meta-';
// S3's own limits.
const maxMetadataBytes = 2048;
const maxTags = 10;

/** @throws S3Error MetadataTooLarge, InvalidTag, NotImplemented */
export function readObjectAttributes(headers: Headers): ObjectAttributes {
  if (headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined) {
    throw new S3Error('NotImplemented', 'Encryption with customer-provided keys is not supported.');
  }
  const metadata: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(metadataPrefix) || value === undefined) continue;
    metadata[name.slice(metadataPrefix.length)] = value;
    metadataBytes += name.length - metadataPrefix.length + value.length;
  }
  if (metadataBytes > maxMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  }
  return { headers: readKeptHeaders(headers), metadata, tags: readTags(headers['x-amz-tagging']) };
}

function readKeptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = name === 'content-encoding' ? withoutFraming(headers[name]) : headers[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  return kept;
}

/** `aws-chunked` is how the body travels, not what it is. */
function withoutFraming(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding.toLowerCase() !== 'aws-chunked')
    .join(',');
}

function readTags(header: string | undefined): Tag[] {
  if (header === undefined || header === '') return [];
  return checkTags([...new URLSearchParams(header)].map(([key, value]) => ({ key, value })));
}

/** @throws S3Error InvalidTag */
export function checkTags(tags: Tag[]): Tag[] {
  const tooLong = tags.some(({ key, value }) => key.length === 0 || key.length > 128 || value.length > 256);
  if (tags.length > maxTags || tooLong || new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'The tags are too many, too long or not unique.');
  }
  return tags;
}

/** The headers that GetObject and HeadObject answer with, but for length and range. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const { 'x-amz-storage-class': storageClass, ...kept } = record.headers;
  return {
    'content-type': 'binary/octet-stream',
    ...kept,
    'accept-ranges': 'bytes',
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
    ...(storageClass === undefined || storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
    ...(record.tags.length === 0 ? {} : { 'x-amz-tagging-count': String(record.tags.length) }),
    ...Object.fromEntries(Object.entries(record.metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value])),
  };
}

export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeaderName(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** @throws S3Error InvalidRequest where the name is none that is known */
export function readChecksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const upper = name.toUpperCase();
  if (isChecksumAlgorithm(upper)) return upper;
  throw new S3Error('InvalidRequest', `The checksum algorithm ${name} is not supported.`);
}
