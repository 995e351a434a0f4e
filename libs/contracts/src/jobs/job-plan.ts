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
}

/** How a job's input is cut, stored once under `objectKeys.plan`. Workers take bounds from here, never from configuration. */
export interface JobPlan {
  readonly version: 1;
  readonly jobId: string;
  /** Public model name that all lines carry. */
  readonly model: string;
  /** The input as it was when the plan was made; ranges are read with `If-Match`. */
  readonly input: { readonly key: string; readonly etag: string; readonly bytes: number };
  readonly total: number;
  readonly chunks: readonly PlannedChunk[];
}
