import { objectKeys, TERMINAL_STATUSES, type FileObject } from '#contracts';
import type { ObjectSummary } from '#storage';
import { unpackFileFacts } from '../files/file-index.js';
import { outputFileIds } from '../finish/output-file.js';
import { CLOCK_SKEW_MS, type GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/** What nobody has made a file of for so long was left by a process that died: the record follows the content at once. */
const ORPHAN_AGE_MS = 24 * 3_600_000;

/** Removes files whose time is over, and index entries that lead to no file. A page of the index tells which; none is read. */
export async function* collectExpiredFiles(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store, files, now } = options;
  const prefix = objectKeys.fileIndex(tenant);
  for await (const { objects } of listPages(store, prefix)) {
    const known = await knownFiles(options, tenant, objects, prefix);
    for (const { key, lastModified } of objects) {
      const [id = '', facts = ''] = key.slice(prefix.length).split('/');
      const file = unpackFileFacts(id, facts);
      const nowMs = now();
      const isOver = file.expires_at !== null && file.expires_at * 1000 + CLOCK_SKEW_MS <= nowMs;
      const isOrphan = !known.has(id) && nowMs - lastModified.getTime() >= ORPHAN_AGE_MS;
      if (!isOver && !isOrphan) continue;
      if (!isOver && (await hasRecord(options, tenant, id))) {
        yield;
        continue;
      }
      await files.remove(tenant, file, key);
      options.onRemoved('expired_file', 1);
      yield;
    }
    yield;
  }
}

/** Removes contents that belong to no file and that no job holds or is about to make a file of. */
export async function* collectOrphanedContent(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const prefix = objectKeys.fileContents(tenant);
  for await (const { objects } of listPages(options.store, prefix)) {
    let coming: ReadonlySet<string> | undefined;
    const known = await knownFiles(options, tenant, objects, prefix);
    for (const { key, lastModified } of objects) {
      const [id = '', name] = key.slice(prefix.length).split('/');
      if (name !== 'content' || known.has(id) || options.now() - lastModified.getTime() < ORPHAN_AGE_MS) continue;
      coming ??= yield* outputsOfLiveJobs(options, tenant);
      if (!coming.has(id) && (yield* removeOrphan(options, tenant, id))) options.onRemoved('orphaned_content', 1);
      yield;
    }
    yield;
  }
}

/**
 * Ids of the records beside a page of keys that begin with file ids. One that is missing here is asked for by name before
 * anything is done about it: the two pages were not read at one moment.
 */
async function knownFiles(
  { store }: GarbageOptions,
  tenant: string,
  page: readonly ObjectSummary[],
  prefix: string,
): Promise<ReadonlySet<string>> {
  const first = page[0]?.key.slice(prefix.length).split('/')[0];
  if (first === undefined) return new Set();
  const records = objectKeys.fileRecords(tenant);
  // An id without its end sorts right before it, so the page begins with that id.
  const { objects } = await store.list(records, { startAfter: `${records}${first.slice(0, -1)}` });
  return new Set(objects.map(({ key }) => key.slice(records.length)));
}

async function hasRecord({ records }: GarbageOptions, tenant: string, fileId: string): Promise<boolean> {
  return (await records.read<FileObject>(objectKeys.fileRecord(tenant, fileId))) !== undefined;
}

async function* removeOrphan(options: GarbageOptions, tenant: string, fileId: string): AsyncGenerator<void, boolean> {
  // Jobs were read first, then the record: a job that is not live any more had registered its files before.
  if (await hasRecord(options, tenant, fileId)) return false;
  yield* dropDeadHolds(options, tenant, fileId);
  return await options.files.removeUnusedContent(tenant, fileId);
}

/**
 * Files that jobs are being wound up into: their content may stand for a while before they are files. Read once for a
 * page of contents, and after it: what is wound up later writes contents that the page does not have.
 */
async function* outputsOfLiveJobs({ jobs }: GarbageOptions, tenant: string): AsyncGenerator<void, ReadonlySet<string>> {
  const outputs = new Set<string>();
  for await (const { jobId } of jobs.activeJobs(tenant)) {
    const record = await jobs.find(tenant, jobId);
    if (record !== undefined) for (const id of outputFileIds(record)) outputs.add(id);
    yield;
  }
  return outputs;
}

/** A hold whose job has ended, or never came to be, was left by a process that died. */
async function* dropDeadHolds(
  { store, jobs, now }: GarbageOptions,
  tenant: string,
  fileId: string,
): AsyncGenerator<void> {
  const prefix = objectKeys.fileReferences(tenant, fileId);
  for await (const { objects } of listPages(store, prefix)) {
    for (const { key, lastModified } of objects) {
      if (now() - lastModified.getTime() < ORPHAN_AGE_MS) continue;
      const jobId = key.slice(prefix.length);
      yield;
      const marker = await store.list(objectKeys.activeMarker(tenant, jobId), { limit: 1 });
      if (marker.objects.length > 0) continue;
      const record = await jobs.find(tenant, jobId);
      if (record === undefined || TERMINAL_STATUSES.has(record.status)) await store.delete([key]);
    }
  }
}
