import { hash } from 'node:crypto';
import { objectKeys, type ChunkCommit, type CommittedData, type FileObject, type JobRecord } from '#contracts';
import { timeOrderedId } from '#platform';
import type { ComposePart, ObjectStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';

const OUTPUT_KINDS = ['output', 'error'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/**
 * Joins the committed data of all chunks, in input order, into one file. Its id follows from the job, and the job's
 * commits never change: a second finaliser makes the same file again.
 *
 * @returns the file's id, `null` when there is nothing to put into it.
 */
export async function assembleFile(
  options: { readonly store: ObjectStore; readonly files: StoredFiles },
  record: JobRecord,
  commits: readonly ChunkCommit[],
  kind: OutputKind,
): Promise<string | null> {
  const data = commits
    .map((commit) => (kind === 'output' ? commit.output : commit.errors))
    .filter((part) => part !== null);
  if (data.length === 0) return null;
  return await writeOutputFile(options, record, { kind, ending: 'jsonl', parts: toParts(data) });
}

export interface OutputContent {
  readonly kind: OutputKind;
  /** Of the file's name. */
  readonly ending: string;
  readonly parts: AsyncIterable<ComposePart>;
}

/** Stores one of the files of a job that ends. */
export async function writeOutputFile(
  options: { readonly store: ObjectStore; readonly files: StoredFiles },
  record: JobRecord,
  { kind, ending, parts }: OutputContent,
): Promise<string> {
  const id = outputFileId(record, kind);
  const { size } = await options.store.compose(objectKeys.fileContent(record.tenant, id), parts);
  const createdAt = Math.floor((record.finalizingAtMs ?? record.createdAtMs) / 1000);
  const file: FileObject = {
    id,
    object: 'file',
    bytes: size,
    created_at: createdAt,
    expires_at: record.outputExpiresAfterSeconds === null ? null : createdAt + record.outputExpiresAfterSeconds,
    filename: `${record.id}_${kind}.${ending}`,
    purpose: 'batch_output',
    status: 'processed',
    status_details: null,
  };
  await options.files.register(record.tenant, file);
  return id;
}

/** The files that a job will have or has, once its winding up has begun. */
export function outputFileIds(record: JobRecord): readonly string[] {
  return record.finalizingAtMs === null ? [] : OUTPUT_KINDS.map((kind) => outputFileId(record, kind));
}

/** Ordered by the time at which finalizing began, which the record froze. */
function outputFileId(record: JobRecord, kind: OutputKind): string {
  const chance = BigInt(`0x${hash('sha256', `${record.id}/${kind}`, 'hex').slice(0, 16)}`).toString(36);
  return timeOrderedId('file-', record.finalizingAtMs ?? record.createdAtMs, chance);
}

async function* toParts(data: readonly CommittedData[]): AsyncGenerator<ComposePart> {
  await Promise.resolve();
  for (const { key, size } of data) yield { copy: key, size };
}
