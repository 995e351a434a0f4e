import type { FileObject, UploadObject, UploadRecord } from '#contracts';
import { newFileObject } from '../files/new-file-object.js';
import { isOver, UPLOAD_LIFE_MS } from './upload-life.js';

export function renderUpload(record: UploadRecord, nowMs: number): UploadObject {
  return {
    id: record.id,
    object: 'upload',
    bytes: record.bytes,
    created_at: Math.floor(record.createdAtMs / 1000),
    expires_at: Math.floor((record.createdAtMs + UPLOAD_LIFE_MS) / 1000),
    filename: record.filename,
    purpose: record.purpose,
    status: isOver(record, nowMs) ? 'expired' : record.status,
    file: record.status === 'completed' ? (uploadedFile(record) ?? null) : null,
  };
}

/** The file that an upload becomes, once it is decided of which parts. */
export function uploadedFile({ completion, bytes, filename, purpose }: UploadRecord): FileObject | undefined {
  if (completion === null) return undefined;
  return newFileObject({
    id: completion.fileId,
    bytes,
    created_at: Math.floor(completion.decidedAtMs / 1000),
    expires_at: completion.fileExpiresAt,
    filename,
    purpose,
  });
}
