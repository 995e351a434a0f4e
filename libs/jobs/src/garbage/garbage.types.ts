import type { Logger } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import type { JobRecords } from '../records/job-records.js';

/** What garbage was, for the metric; a closed set. */
export const GARBAGE_KINDS = [
  'expired_file',
  'orphaned_content',
  'job_data',
  'old_job',
  'recording_join',
  'settled_webhook',
  'upload',
  'create_note',
] as const;
export type GarbageKind = (typeof GARBAGE_KINDS)[number];

export interface GarbageOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  /** Milliseconds after a job's end from which the data of its chunks is removed; its files hold the same rows. */
  readonly jobDataMs: number;
  /** Milliseconds after a job's end from which its record is removed, if its files are gone by then. */
  readonly jobMs: number;
  readonly logger: Logger;
  /** Told of what has been removed, in objects. */
  onRemoved(kind: GarbageKind, objects: number): void;
  readonly now: () => number;
}

/** Clocks of processes and of the store may differ by less than this. */
export const CLOCK_SKEW_MS = 3_600_000;
