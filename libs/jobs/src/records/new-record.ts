import { COMPLETION_WINDOWS, type CompletionWindow, type JobRecord } from '#contracts';

/** What a create decides; the rest of a record is what every job begins with. */
export type RecordSeed = Pick<
  JobRecord,
  | 'id'
  | 'kind'
  | 'tenant'
  | 'keyId'
  | 'endpoint'
  | 'inputFileId'
  | 'inputLocation'
  | 'inputUrl'
  | 'metadata'
  | 'outputExpiresAfterSeconds'
  | 'embeddings'
  | 'dryRun'
  | 'transcription'
  | 'priority'
  | 'retryOf'
> & {
  readonly completionWindow: CompletionWindow;
  /** Absent = 1, which every worker knows. */
  readonly version?: JobRecord['version'];
};

export function newRecord(seed: RecordSeed, nowMs: number): JobRecord {
  return {
    version: 1,
    ...seed,
    status: 'validating',
    createdAtMs: nowMs,
    deadlineMs: nowMs + COMPLETION_WINDOWS[seed.completionWindow] * 1000,
    inProgressAtMs: null,
    finalizingAtMs: null,
    cancellingAtMs: null,
    endedAtMs: null,
    outcome: null,
    model: null,
    total: 0,
    errors: null,
    counts: null,
    usage: null,
    outputFileId: null,
    errorFileId: null,
  };
}
