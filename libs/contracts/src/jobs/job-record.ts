import type { BatchEndpoint, BatchInputError, BatchStatus, BatchUsage, RequestCounts } from '../openai/batch-object.js';

/** How a job that is being wound up will end. */
export type JobOutcome = 'completed' | 'expired' | 'cancelled';

/**
 * The truth about one job, stored under `objectKeys.jobRecord`. Only ever changed by compare-and-swap; a terminal status
 * never changes again. Times are Unix milliseconds unless a name says otherwise.
 */
export interface JobRecord {
  readonly version: 1;
  readonly id: string;
  readonly kind: 'batch';
  readonly tenant: string;
  /** The key that created the job. */
  readonly keyId: string;
  readonly endpoint: BatchEndpoint;
  readonly inputFileId: string;
  readonly completionWindow: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly outputExpiresAfterSeconds: number | null;
  readonly status: BatchStatus;
  readonly createdAtMs: number;
  readonly deadlineMs: number;
  readonly inProgressAtMs: number | null;
  readonly finalizingAtMs: number | null;
  readonly cancellingAtMs: number | null;
  /** When the job reached its terminal status. */
  readonly endedAtMs: number | null;
  /** Set when winding up begins; what the job will be once its files stand. */
  readonly outcome: JobOutcome | null;
  /** Public model name of the lines, known once the plan stands. */
  readonly model: string | null;
  /** Number of lines, known once the plan stands. */
  readonly total: number;
  readonly errors: readonly BatchInputError[] | null;
  /** Frozen at the end, computed from the commits alone. */
  readonly counts: RequestCounts | null;
  readonly usage: BatchUsage | null;
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
}
