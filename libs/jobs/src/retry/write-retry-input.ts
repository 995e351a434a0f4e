import type { Readable } from 'node:stream';
import { objectKeys, type EmbeddingsOrder, type FileObject, type JobRecord, type RetrySource } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { requestOfRow } from '../chunks/output-row.js';
import { isTable } from '../embeddings/read-embedding-line.js';
import { deriveInput, isDerived, type DeriveOptions } from '../embeddings/tables/derive-input.js';
import type { StoredFiles } from '../files/stored-files.js';
import { isBlankLine } from '../plan/check-request-line.js';
import { openInput } from '../plan/open-input.js';
import { splitLines } from '../plan/split-lines.js';
import type { S3Inputs } from '../recordings/s3-inputs.js';
import type { JobRecords } from '../records/job-records.js';
import { LineSet } from './line-set.js';

export interface RetryInputOptions extends DeriveOptions {
  readonly files: StoredFiles;
  readonly jobs: Pick<JobRecords, 'find'>;
  readonly s3Inputs: S3Inputs;
}

/** A retry reads lines, also where the job before it read a table. */
export function retryOrder(before: EmbeddingsOrder): EmbeddingsOrder {
  const { delimiter: _, ...order } = before;
  return isTable(before) ? { ...order, inputFormat: 'jsonl', textField: 'text', idField: null } : order;
}

/** Rows of an error file hold answers of model servers, which may be long. */
const MAX_ROW_BYTES = 67_108_864;
const LINE_FEED = Buffer.from('\n');

/**
 * Makes the input of a retry: the lines of the job before that have a row in its error file, in their order. Doing it
 * twice is doing it once, as the first content stands and the file's id follows from the job.
 *
 * @returns false when what it is made of is gone.
 */
export async function writeRetryInput(
  options: RetryInputOptions,
  record: JobRecord,
  source: RetrySource,
): Promise<boolean> {
  const { store, files, maxLineBytes } = options;
  const { tenant, inputFileId: fileId } = record;
  const key = objectKeys.fileContent(tenant, fileId);
  await files.hold(tenant, fileId, record.id);
  try {
    const wanted = await readFailedLines(store, record, source);
    const body = await openLines(options, record, source);
    if (body === undefined) return false;
    await store.putStream(key, pickLines(body, maxLineBytes, wanted), { condition: { absent: true } });
  } catch (error) {
    if (GatewayError.is(error, 'not_found')) return false;
    // An attempt before this one, or beside it, has written the same.
    if (!GatewayError.is(error, 'precondition_failed')) throw error;
  }
  const { size } = await store.head(key);
  await files.register(tenant, toFile(record, source, { bytes: size, lifeSeconds: files.batchFileSeconds }));
  return true;
}

/**
 * The lines of the job before. Those that stood apart are made once more where they are gone, and where they came from is a
 * file: that never changes.
 */
async function openLines(
  options: RetryInputOptions,
  record: JobRecord,
  { jobId, inputFileId }: RetrySource,
): Promise<Readable | undefined> {
  const { store, jobs } = options;
  const { tenant } = record;
  const before = await jobs.find(tenant, jobId);
  const order = before?.embeddings;
  if (before === undefined || order === undefined || !isDerived(before)) {
    return (await store.getStream(objectKeys.fileContent(tenant, inputFileId))).body;
  }
  try {
    return (await store.getStream(objectKeys.derivedInput(tenant, jobId))).body;
  } catch (error) {
    if (!GatewayError.is(error, 'not_found') || before.inputLocation !== undefined) throw error;
  }
  const derived = await deriveInput(record, order, () => openInput(options, before), options);
  return derived?.ok === true ? (await store.getStream(derived.input.key)).body : undefined;
}

async function readFailedLines(store: ObjectStore, record: JobRecord, source: RetrySource): Promise<LineSet> {
  const { body } = await store.getStream(objectKeys.fileContent(record.tenant, source.errorFileId));
  const wanted = new LineSet();
  try {
    for await (const { bytes } of splitLines(body, MAX_ROW_BYTES)) {
      const request = requestOfRow(record.kind, bytes);
      if (request === undefined) {
        throw new GatewayError('internal_error', 'An error file holds a row that names no line.', {
          details: { fileId: source.errorFileId },
        });
      }
      wanted.add(request);
    }
  } finally {
    body.destroy();
  }
  return wanted;
}

async function* pickLines(body: Readable, maxLineBytes: number, wanted: LineSet): AsyncGenerator<Uint8Array> {
  let request = 0;
  try {
    for await (const line of splitLines(body, maxLineBytes)) {
      if (isBlankLine(line)) continue;
      if (wanted.has(request++)) yield Buffer.concat([line.bytes, LINE_FEED]);
    }
  } finally {
    body.destroy();
  }
}

function toFile(
  { inputFileId, createdAtMs, embeddings }: JobRecord,
  { jobId }: RetrySource,
  { bytes, lifeSeconds }: { readonly bytes: number; readonly lifeSeconds: number },
): FileObject {
  const createdAt = Math.floor(createdAtMs / 1000);
  return {
    id: inputFileId,
    object: 'file',
    bytes,
    created_at: createdAt,
    expires_at: createdAt + lifeSeconds,
    filename: `${jobId}_retry.${embeddings?.inputFormat === 'text' ? 'txt' : 'jsonl'}`,
    purpose: 'batch',
    status: 'processed',
    status_details: null,
  };
}
