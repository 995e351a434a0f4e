import { objectKeys, type UploadRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ComposePart, ObjectStore, RecordStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import { uploadedFile } from './render-upload.js';
import type { StoredPart, UploadParts } from './upload-parts.js';

export interface MakeFileOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly files: StoredFiles;
}

export interface DecidedUpload {
  readonly tenant: string;
  /** With its completion. */
  readonly record: UploadRecord;
  readonly parts: UploadParts;
  readonly signal: AbortSignal | undefined;
}

/**
 * Joins the parts that were decided on and makes a file of them. Several processes at it, or one after another's death,
 * make one and the same file: its id and its parts stand in the record.
 *
 * @returns the record, completed. @throws GatewayError `storage_unavailable`, `invalid_value` where parts are gone
 */
export async function makeFile(options: MakeFileOptions, upload: DecidedUpload): Promise<UploadRecord> {
  const { records, files } = options;
  const { tenant, record } = upload;
  const key = objectKeys.uploadRecord(tenant, record.id);
  const file = uploadedFile(record);
  if (file === undefined) throw new Error('an upload whose parts nobody has named is to be completed');
  try {
    await joinParts(options, upload, objectKeys.fileContent(tenant, file.id));
  } catch (error) {
    // Whoever was faster has removed the parts.
    const now = (await records.read<UploadRecord>(key))?.value;
    if (now?.status === 'completed') return now;
    throw error;
  }
  // Another may have completed it a while ago, and its file may have been deleted since: it must not come back.
  const before = (await records.read<UploadRecord>(key))?.value;
  if (before?.status === 'completed') return before;
  await files.register(tenant, file);
  const completed = await records.update<UploadRecord>(key, (current) =>
    current.status === 'completed' ? undefined : { ...current, status: 'completed' },
  );
  return completed.value;
}

async function joinParts({ store }: MakeFileOptions, upload: DecidedUpload, key: string): Promise<void> {
  const { record, parts, signal } = upload;
  const named = await parts.pick(record.completion?.partIds ?? []);
  try {
    await store.compose(key, toPieces(named), {
      condition: { absent: true },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (!GatewayError.is(error, 'precondition_failed')) throw error;
    // S3 also refuses one of two that write at once, before it is known whether the other succeeds.
    const { size } = await store.head(key);
    if (size !== record.bytes) throw error;
  }
}

async function* toPieces(parts: readonly StoredPart[]): AsyncGenerator<ComposePart> {
  await Promise.resolve();
  for (const { key, size } of parts) yield { copy: key, size };
}
