import { objectKeys, parseEndedMarker, TERMINAL_STATUSES, type FileObject, type JobRecord } from '#contracts';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';
import { objectExists } from '../objects/object-exists.js';
import { removePrefix } from '../objects/remove-prefix.js';

/**
 * Removes what the chunks of ended jobs have left: checkpoints, markers of attempts, rows. The rows stand in the job's
 * files, which were made of them; plan and commits stay with the record. The marker that led here goes last, so what a
 * crash leaves is found again. An attempt that still runs then finds its chunk committed, and writes garbage that goes
 * with the job.
 */
export async function* collectJobData(options: GarbageOptions): AsyncGenerator<void> {
  const { store, jobs, now, jobDataMs } = options;
  for await (const { objects } of listPages(store, objectKeys.ended)) {
    for (const { key, lastModified } of objects) {
      const marker = parseEndedMarker(key);
      if (marker === undefined || now() - lastModified.getTime() < jobDataMs) continue;
      const record = await jobs.find(marker.tenant, marker.jobId);
      if (record !== undefined && !(await isSafe(options, record))) {
        yield;
        continue;
      }
      for await (const count of removePrefix(store, objectKeys.jobData(marker.tenant, marker.jobId))) {
        options.onRemoved('job_data', count);
        yield;
      }
      // Its end has removed them; a planner that was late may have written them again.
      const { tenant, jobId } = marker;
      await store.delete([
        objectKeys.recording(tenant, jobId),
        objectKeys.fetchedInput(tenant, jobId),
        objectKeys.derivedInput(tenant, jobId),
      ]);
      await store.delete([key]);
      yield;
    }
    yield;
  }
}

/** Whether nobody needs a job's rows any more: it has ended, and each of its files either has its content or is gone. */
async function isSafe(options: GarbageOptions, record: JobRecord): Promise<boolean> {
  const { tenant, id: jobId, outputFileId, errorFileId } = record;
  if (!TERMINAL_STATUSES.has(record.status)) return false;
  for (const fileId of [outputFileId, errorFileId]) {
    if (fileId === null || (await stands(options, tenant, fileId))) continue;
    options.logger.error({ jobId, fileId }, 'a file of a job has no content; the rows that it was made of are kept');
    return false;
  }
  return true;
}

async function stands({ store, records }: GarbageOptions, tenant: string, fileId: string): Promise<boolean> {
  if (await objectExists(store, objectKeys.fileContent(tenant, fileId))) return true;
  return (await records.read<FileObject>(objectKeys.fileRecord(tenant, fileId))) === undefined;
}
