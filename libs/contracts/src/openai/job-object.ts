import type { JobKind, JobPriority } from '../jobs/job-record.js';
import type { BatchInputError, JobEndpoint, BatchStatus, BatchUsage } from './batch-object.js';

/** How far a job is: in lines of its input, or in seconds of its recording. */
export interface JobProgress {
  readonly unit: 'lines' | 'audio_seconds';
  /** `null` until the input has been read. */
  readonly total: number | null;
  /** What has its result, failures included. */
  readonly done: number;
  readonly failed: number;
  /** Lines that got their result per second, over the last minute; `null` where nothing was measured. */
  readonly per_second: number | null;
  /** Seconds that the rest takes at that speed; `null` while nothing moves, and before and after the run. */
  readonly eta_seconds: number | null;
}

/** The job object of `/v1/jobs`; batches appear as one too. Times are Unix seconds. */
export interface JobObject {
  readonly id: string;
  readonly object: 'job';
  readonly type: JobKind;
  /** The words of batches, since a batch is a job. */
  readonly status: BatchStatus;
  readonly endpoint: JobEndpoint;
  readonly model: string | null;
  /** `null` where the input is no file. */
  readonly input_file_id: string | null;
  /** Present where the input is an object of the caller's own bucket. */
  readonly input_s3?: string;
  /** Present where the input was fetched from an address; without its query, which may be a key. */
  readonly input_url?: string;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  /** Path of the rows that stand already. */
  readonly results_url: string;
  readonly completion_window: string;
  /** Among the tenant's own jobs. */
  readonly priority: JobPriority;
  readonly created_at: number;
  readonly in_progress_at: number | null;
  readonly finalizing_at: number | null;
  readonly cancelling_at: number | null;
  readonly ended_at: number | null;
  readonly expires_at: number;
  readonly progress: JobProgress;
  /** Present for a job that is not run: what it would take; `null` until the input has been read. */
  readonly estimate?: {
    readonly lines: number;
    /** Estimated from the bytes of the texts. */
    readonly tokens: number;
    readonly bytes_per_token: number;
    /** At least so many. */
    readonly calls: number;
    /** At the speed of `measured_job`. */
    readonly seconds: number | null;
    /** Where speed and bytes a token were measured; `null` = nowhere. */
    readonly measured_job: string | null;
  } | null;
  /** Why a running job stands still, as workers last saw it; `null` while it moves. */
  readonly waiting: { readonly reason: string; readonly seen_at: number } | null;
  readonly errors: { readonly object: 'list'; readonly data: readonly BatchInputError[] } | null;
  readonly usage: BatchUsage | null;
  /** Calls that were given up so that realtime need not wait, and made again; present once the job has ended, where there were any. */
  readonly yielded?: { readonly calls: number; readonly seconds: number };
  /** Seconds for which its parts stood still for want of capacity, added up; present once the job has ended, where there were any. */
  readonly waited_seconds?: number;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** The job whose unfinished lines this one runs again. */
  readonly retry_of: string | null;
}
