import type { YieldedCalls } from './chunk-commit.js';
import type { BatchInputError, JobEndpoint, BatchStatus, BatchUsage, RequestCounts } from '../openai/batch-object.js';
import type { JobEstimate } from './job-estimate.js';

/** What a job is: how a line of its input becomes a call, and an answer a row. A worker leaves kinds it does not know. */
export const JOB_KINDS = ['batch', 'embeddings', 'transcription'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const INPUT_FORMATS = ['jsonl', 'text', 'csv', 'parquet'] as const;
/** `jsonl`: an object a line, `text`: a text a line, `csv` and `parquet`: tables of which a column holds the texts. */
export type InputFormat = (typeof INPUT_FORMATS)[number];

export const OUTPUT_FORMATS = ['jsonl', 'parquet'] as const;
/** `jsonl`: a row of JSON for each vector, `parquet`: one table of them. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export const VECTOR_TYPES = ['float32', 'float16'] as const;
/** The numbers of vectors in a table: as models give them, or rounded to half their size. */
export type VectorType = (typeof VECTOR_TYPES)[number];

/** What a job of kind `embeddings` was asked for. */
export interface EmbeddingsOrder {
  /** Public model name, as the caller spelled it. */
  readonly model: string;
  readonly inputFormat: InputFormat;
  readonly encodingFormat: 'float' | 'base64';
  readonly dimensions: number | null;
  /** Member of a line, or column, that holds the text; `null` = `text`, else `input`. */
  readonly textField: string | null;
  /** Member of a line, or column, that names it in the output; `null` = `id`, where there is one. */
  readonly idField: string | null;
  /** What stands between the fields of a `csv`, one character; absent = a comma. */
  readonly delimiter?: string;
  /** Absent = `jsonl`. A `parquet` is made of rows with base64, whatever else was asked. */
  readonly outputFormat?: OutputFormat;
  /** Whether equal texts share one model call's answer. Absent = not. */
  readonly deduplicate?: boolean;
  /** Present for `parquet`. */
  readonly vectorType?: VectorType;
}

export const TRANSCRIPTION_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const;
export type TranscriptionFormat = (typeof TRANSCRIPTION_FORMATS)[number];

export const TIMESTAMP_GRANULARITIES = ['word', 'segment'] as const;
export type TimestampGranularity = (typeof TIMESTAMP_GRANULARITIES)[number];

/** What a job of kind `transcription` was asked for; its endpoint says whether it translates. */
export interface TranscriptionOrder {
  /** Public model name, as the caller spelled it. */
  readonly model: string;
  readonly format: TranscriptionFormat;
  readonly granularities: readonly TimestampGranularity[];
  /** ISO 639-1 code; `null` = what the first piece is heard as, for all pieces. */
  readonly language: string | null;
  readonly prompt: string | null;
  /** From 0 to 1. */
  readonly temperature: number | null;
}

/** The job whose unfinished lines a job runs again, and the files that they are read from. */
export interface RetrySource {
  readonly jobId: string;
  readonly inputFileId: string;
  readonly errorFileId: string;
}

/** How a job that is being wound up will end. */
export type JobOutcome = 'completed' | 'expired' | 'cancelled';

/** How a job stands among the others of its tenant. It takes nothing from other tenants. */
export const JOB_PRIORITIES = ['high', 'normal', 'low'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** Place of a priority in the order of work, 0 first; what is absent or unknown is `normal`. */
export function priorityRank(priority: JobPriority | undefined): number {
  const rank = priority === undefined ? -1 : JOB_PRIORITIES.indexOf(priority);
  return rank < 0 ? JOB_PRIORITIES.indexOf('normal') : rank;
}

/**
 * The truth about one job, stored under `objectKeys.jobRecord`. Only ever changed by compare-and-swap; a terminal status
 * never changes again. Times are Unix milliseconds unless a name says otherwise.
 */
export interface JobRecord {
  /** 2 = asks for what workers that know 1 alone would do wrong; they leave it. */
  readonly version: 1 | 2;
  readonly id: string;
  readonly kind: JobKind;
  readonly tenant: string;
  /** The key that created the job. */
  readonly keyId: string;
  readonly endpoint: JobEndpoint;
  /** Empty where the input is no file. */
  readonly inputFileId: string;
  /** `s3://bucket/key` of an input in a bucket of the caller's; of kinds `embeddings` and `transcription`. */
  readonly inputLocation?: string;
  /** Address that the input is fetched from; present for such jobs of kind `transcription`. */
  readonly inputUrl?: string;
  readonly completionWindow: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly outputExpiresAfterSeconds: number | null;
  /** Which of its tenant's jobs goes first; absent = `normal`. Fixed when the job is created. */
  readonly priority?: JobPriority;
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
  /** Length of the recording, known once the plan stands; present for kind `transcription`. */
  readonly audioSeconds?: number;
  readonly errors: readonly BatchInputError[] | null;
  /** Frozen at the end, computed from the commits alone. */
  readonly counts: RequestCounts | null;
  readonly usage: BatchUsage | null;
  /** What was given up for realtime's sake, frozen at the end as the counts are; absent = nothing. */
  readonly yielded?: YieldedCalls;
  /** Milliseconds for which its chunks stood still for want of capacity, added up, frozen at the end; absent = none. */
  readonly waitedMs?: number;
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
  /** Present for kind `embeddings`. */
  readonly embeddings?: EmbeddingsOrder;
  /** Its input is read and checked, and nothing is run. */
  readonly dryRun?: true;
  /** Of a dry run, known once the plan stands. */
  readonly estimate?: JobEstimate;
  /** Present for kind `transcription`. */
  readonly transcription?: TranscriptionOrder;
  /** Present for a retry; its own input file is made of these when it is planned. */
  readonly retryOf?: RetrySource;
  /** Its create was answered with an error: for everybody it is not there. */
  readonly withdrawn?: true;
}
