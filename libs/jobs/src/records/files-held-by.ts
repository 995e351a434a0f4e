import type { JobRecord } from '#contracts';

/**
 * None where the input is an object in a bucket of the caller's. A retry has no input of its own until it is planned; what
 * that is made of must last until then.
 */
export function filesHeldBy({ inputFileId, retryOf }: Pick<JobRecord, 'inputFileId' | 'retryOf'>): readonly string[] {
  const fileIds = retryOf === undefined ? [inputFileId] : [retryOf.inputFileId, retryOf.errorFileId];
  return fileIds.filter((fileId) => fileId !== '');
}
