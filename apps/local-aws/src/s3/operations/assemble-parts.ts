import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, checksumAlgorithms, createChecksum } from '../checksums/create-checksum.js';
import { S3Error } from '../s3-error.js';
import type { Bucket } from '../store/bucket.js';
import { type MultipartUpload, openPart, type PartRecord } from '../store/multipart-uploads.js';
import type { ObjectRecord, StoredChecksum } from '../store/object-record.js';
import { readContent } from '../store/read-content.js';
import type { StagedFile } from '../store/staged-file.js';
import { childText, type XmlElement } from '../xml/read-xml.js';

/** A part as the client lists it when it completes the upload. */
export interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

// S3's own bound for every part but the last.
const minPartBytes = 5 * 1024 * 1024;

export function readListedPart(element: XmlElement): ListedPart {
  const algorithm = checksumAlgorithms.find((name) => childText(element, `Checksum${name}`) !== undefined);
  return {
    partNumber: Number(childText(element, 'PartNumber')),
    etag: (childText(element, 'ETag') ?? '').trim().replace(/^"(.*)"$/, '$1'),
    ...(algorithm === undefined
      ? {}
      : { checksum: { algorithm, value: childText(element, `Checksum${algorithm}`) ?? '' } }),
  };
}

/**
 * Appends the listed parts to `staged` and describes the object they make.
 * @throws S3Error InvalidPart, EntityTooSmall
 */
export async function assembleParts(
  bucket: Bucket,
  upload: MultipartUpload,
  listed: readonly ListedPart[],
  staged: StagedFile,
): Promise<ObjectRecord> {
  const whole = upload.checksum?.type === 'FULL_OBJECT' ? createChecksum(upload.checksum.algorithm) : undefined;
  const parts: PartRecord[] = [];
  for (const wanted of listed) {
    const part = await openPart(bucket, upload, wanted.partNumber);
    if (part === undefined) throw invalidPart(wanted.partNumber);
    try {
      refuseUnfitPart(part.record, wanted, wanted === listed.at(-1));
      for await (const block of readContent(part.handle, 0, part.record.size)) {
        whole?.update(block);
        await staged.append(block);
      }
    } finally {
      await part.handle.close();
    }
    parts.push(part.record);
  }
  const checksum = objectChecksum(upload, parts, whole?.digest());
  return {
    ...upload.attributes,
    key: upload.key,
    size: parts.reduce((size, part) => size + part.size, 0),
    etag: multipartEtag(parts),
    lastModifiedMs: Date.now(),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

function refuseUnfitPart(part: PartRecord, wanted: ListedPart, isLast: boolean): void {
  const stated = wanted.checksum;
  const sameChecksum =
    stated === undefined || part.checksum?.algorithm !== stated.algorithm || part.checksum.value === stated.value;
  if (part.etag !== wanted.etag || !sameChecksum) throw invalidPart(wanted.partNumber);
  if (!isLast && part.size < minPartBytes) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: {
        PartNumber: String(part.partNumber),
        ProposedSize: String(part.size),
        MinSizeAllowed: String(minPartBytes),
      },
    });
  }
}

/** S3's way: the MD5 of the parts' MD5s, and how many they are. */
function multipartEtag(parts: readonly PartRecord[]): string {
  const digest = createHash('md5');
  for (const part of parts) digest.update(part.etag, 'hex');
  return `${digest.digest('hex')}-${parts.length}`;
}

function objectChecksum(
  { checksum }: MultipartUpload,
  parts: readonly PartRecord[],
  whole: Buffer | undefined,
): StoredChecksum | undefined {
  if (checksum === undefined) return undefined;
  const { algorithm, type } = checksum;
  if (whole !== undefined) return { algorithm, type, value: whole.toString('base64') };
  const composite = createChecksum(algorithm);
  for (const part of parts) {
    // A part may come with a checksum of another kind, of which no composite can be made.
    if (part.checksum?.algorithm !== algorithm) return undefined;
    composite.update(Buffer.from(part.checksum.value, 'base64'));
  }
  return { algorithm, type, value: `${composite.digest().toString('base64')}-${parts.length}` };
}

function invalidPart(partNumber: number): S3Error {
  return new S3Error(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { details: { PartNumber: String(partNumber) } },
  );
}
