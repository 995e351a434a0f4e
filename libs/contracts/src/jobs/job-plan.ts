import type { JobEstimate } from './job-estimate.js';

/** One chunk of a job: a byte range of the input that holds whole lines. */
export interface PlannedChunk {
  /** First and last byte of the range, both included. */
  readonly first: number;
  readonly last: number;
  /** Index of the chunk's first request within the job, from 0. */
  readonly request: number;
  /** Number of requests in the chunk. */
  readonly requests: number;
  /** Number of the chunk's first line in the input, from 1; absent where rows do not tell it. */
  readonly line?: number;
  /** Number of requests whose text an earlier chunk has, too; absent where there are none, and where nobody asked. */
  readonly repeats?: number;
  /** Number of requests that have a text first which a later chunk has, too; absent as above. */
  readonly shared?: number;
}

/** How a recording was cut. Places are samples of the decoded recording, 16,000 a second. */
export interface RecordingPlan {
  readonly samples: number;
  /** What is sent, one after the other: first sample, the one behind the last, and how many the piece before holds too. */
  readonly pieces: readonly (readonly [start: number, end: number, overlap: number])[];
  /** Where something sounds. */
  readonly speech: readonly (readonly [start: number, end: number])[];
}

/** Where a model's calls go: to the target that realtime uses, or to its asynchronous endpoint. */
export type BulkVia = 'realtime' | 'async';

/**
 * An object with what the chunks of a job have to do with each other's texts, all as words of 32 bits, little-endian. Of each
 * chunk, in their order: for every request that repeats one of an earlier chunk, that request and the first one with its text;
 * then its own requests that later chunks repeat, in the order in which these need them.
 */
interface PlannedRepeats {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** How a job's input is cut, stored once under `objectKeys.plan`. Workers take bounds from here, never from configuration. */
export interface JobPlan {
  readonly version: 1;
  readonly jobId: string;
  /** Public model name that all lines carry. */
  readonly model: string;
  /** Chosen when the job was planned. Absent in plans from before there was a choice, and where there is none. */
  readonly via?: BulkVia;
  /** The input as it was when the plan was made; ranges are read with `If-Match`. */
  readonly input: { readonly key: string; readonly etag: string; readonly bytes: number };
  readonly total: number;
  /** Empty where the job is not to be run. */
  readonly chunks: readonly PlannedChunk[];
  /** Bytes of all texts of an embeddings job, as JSON. Absent in plans of other kinds, and from before it was counted. */
  readonly textBytes?: number;
  /** Absent where no chunk repeats a text of another, where nobody asked, and in plans from before there was such a thing. */
  readonly repeats?: PlannedRepeats;
  /** Present where the job is not to be run. */
  readonly estimate?: JobEstimate;
  /** Present for recordings: then `input` is the decoded recording, and requests are its pieces. */
  readonly recording?: RecordingPlan;
}
