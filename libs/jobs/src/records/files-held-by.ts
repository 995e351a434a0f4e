import type { JobRecord } from '#contracts';

/** A retry has no input of its own until it is planned; what that is made of must last until then. */
export function filesHeldBy({ inputFileId, retryOf }: Pick<JobRecord, 'inputFileId' | 'retryOf'>): readonly string[] {
  return retryOf === undefined ? [inputFileId] : [retryOf.inputFileId, retryOf.errorFileId];
}
