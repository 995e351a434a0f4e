import type { FileObject } from '#contracts';

/** A file that has its content. */
export function newFileObject(
  facts: Pick<FileObject, 'id' | 'bytes' | 'created_at' | 'expires_at' | 'filename' | 'purpose'>,
): FileObject {
  return { ...facts, object: 'file', status: 'processed', status_details: null };
}
