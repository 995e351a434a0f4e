import { objectKeys, TERMINAL_STATUSES, type FileObject, type JobRecord } from '#contracts';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';
import { removePrefix } from '../objects/remove-prefix.js';

/**
 * Removes jobs whose time is over and whose files are gone. The record goes last: it leads to the rest, so what a crash
 * leaves is found again. Its own last change says when it ended, so young ones cost no read.
 */
export async function* collectOldJobs(options: GarbageOptions, tenant: string): AsyncGenerator<void> {
  const { store, now, jobMs } = options;
  const prefix = objectKeys.jobRecord(tenant, '');
  for await (const { objects } of listPages(store, prefix)) {
    for (const { key, lastModified } of objects) {
      if (now() - lastModified.getTime() < jobMs) continue;
      const record = await options.jobs.find(tenant, key.slice(prefix.length));
      if (record !== undefined && (await isOver(options, record))) yield* removeJob(options, record);
      yield;
    }
    yield;
  }
}

async function isOver(options: GarbageOptions, record: JobRecord): Promise<boolean> {
  const { tenant, id, endedAtMs, outputFileId, errorFileId } = record;
  if (!TERMINAL_STATUSES.has(record.status) || endedAtMs === null) return false;
  if (options.now() - endedAtMs < options.jobMs) return false;
  if ((await options.store.list(objectKeys.activeMarker(tenant, id), { limit: 1 })).objects.length > 0) return false;
  for (const fileId of [outputFileId, errorFileId]) {
    if (fileId === null) continue;
    if ((await options.records.read<FileObject>(objectKeys.fileRecord(tenant, fileId))) !== undefined) return false;
  }
  return true;
}

async function* removeJob(options: GarbageOptions, { tenant, id }: JobRecord): AsyncGenerator<void> {
  const { store } = options;
  for await (const count of removePrefix(store, objectKeys.job(tenant, id))) {
    options.onRemoved('old_job', count);
    yield;
  }
  await store.delete([objectKeys.endedMarker(tenant, id), objectKeys.jobIndexEntry(tenant, id)]);
  await store.delete([objectKeys.jobRecord(tenant, id)]);
  options.onRemoved('old_job', 2);
}
