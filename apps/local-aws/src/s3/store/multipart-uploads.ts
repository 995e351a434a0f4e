import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChecksumAlgorithm } from '../checksums/create-checksum.js';
import { isFileSystemError } from '../is-file-system-error.js';
import { S3Error } from '../s3-error.js';
import type { Bucket } from './bucket.js';
import { encodeRecord, openObjectFile, type OpenObjectFile, readRecordSync } from './object-file.js';
import type { ObjectAttributes, StoredChecksum } from './object-record.js';
import type { StagedFile } from './staged-file.js';
import type { StagingArea } from './staging-area.js';

export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly attributes: ObjectAttributes;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: StoredChecksum['type'] };
}

export interface PartRecord {
  readonly partNumber: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

const descriptionName = 'upload.json';

/** Starts an upload: a folder with its description, which is written last and makes the upload exist. */
export async function createUpload(
  bucket: Bucket,
  fields: Omit<MultipartUpload, 'uploadId' | 'initiatedMs'>,
  staging: StagingArea,
): Promise<MultipartUpload> {
  const upload = { ...fields, uploadId: randomBytes(24).toString('hex'), initiatedMs: Date.now() };
  const directory = uploadDirectory(bucket, upload.uploadId);
  await mkdir(directory);
  await staging.replaceFile(join(directory, descriptionName), Buffer.from(JSON.stringify(upload)));
  await staging.settle(directory);
  return upload;
}

/** @throws S3Error NoSuchUpload where the key has no such upload */
export async function readUpload(bucket: Bucket, key: string, uploadId: string): Promise<MultipartUpload> {
  const upload = /^[0-9a-f]{48}$/.test(uploadId) ? await readDescription(bucket, uploadId) : undefined;
  if (upload?.key !== key) throw noSuchUpload(uploadId);
  return upload;
}

export async function listUploads(bucket: Bucket): Promise<MultipartUpload[]> {
  const uploads = await Promise.all((await readdir(bucket.uploadsDirectory)).map((id) => readDescription(bucket, id)));
  return uploads.filter((upload) => upload !== undefined);
}

/** Makes staged bytes a part of the upload, in place of an earlier part of that number. */
export async function commitPart(
  bucket: Bucket,
  upload: MultipartUpload,
  staged: StagedFile,
  part: PartRecord,
): Promise<void> {
  await staged.finish(encodeRecord(part));
  try {
    await staged.moveTo(partPath(bucket, upload, part.partNumber));
  } catch (error) {
    // Completed or aborted while the part was arriving.
    if (isFileSystemError(error, 'ENOENT')) throw noSuchUpload(upload.uploadId, error);
    throw error;
  }
}

/** Opens a part for reading; undefined where it was never uploaded. The caller closes the handle. */
export function openPart(
  bucket: Bucket,
  upload: MultipartUpload,
  partNumber: number,
): Promise<OpenObjectFile<PartRecord> | undefined> {
  return openObjectFile<PartRecord>(partPath(bucket, upload, partNumber));
}

/** The parts uploaded so far, by number. */
export async function listParts(bucket: Bucket, upload: MultipartUpload): Promise<PartRecord[]> {
  const directory = uploadDirectory(bucket, upload.uploadId);
  const names = (await readdir(directory)).filter((name) => name.startsWith('part-')).sort();
  return names.map((name) => readRecordSync<PartRecord>(join(directory, name)));
}

/** Removes an upload with all its parts; false where another request was quicker. */
export async function removeUpload(bucket: Bucket, uploadId: string, staging: StagingArea): Promise<boolean> {
  try {
    await staging.removeDirectory(uploadDirectory(bucket, uploadId));
    return true;
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

export function noSuchUpload(uploadId: string, cause?: unknown): S3Error {
  return new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { cause, details: { UploadId: uploadId } },
  );
}

async function readDescription(bucket: Bucket, uploadId: string): Promise<MultipartUpload | undefined> {
  try {
    const path = join(uploadDirectory(bucket, uploadId), descriptionName);
    return JSON.parse(await readFile(path, 'utf8')) as MultipartUpload;
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function uploadDirectory(bucket: Bucket, uploadId: string): string {
  return join(bucket.uploadsDirectory, uploadId);
}

/** Five digits sort like the number: 10,000 is the highest. */
function partPath(bucket: Bucket, upload: MultipartUpload, partNumber: number): string {
  return join(uploadDirectory(bucket, upload.uploadId), `part-${String(partNumber).padStart(5, '0')}`);
}
