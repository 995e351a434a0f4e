import type { JobPlan, JobRecord, PlannedChunk } from '#contracts';

/** One chunk of a running job, with what is known of the job. */
export interface ChunkContext {
  readonly record: JobRecord;
  readonly plan: JobPlan;
  readonly chunk: number;
  readonly planned: PlannedChunk;
}

/** One request of a chunk as it is run. */
export interface ChunkLine {
  /** Index within the job, from 0. */
  readonly request: number;
  readonly customId: string;
  /** The line's `body`, as bytes that were checked when the job was planned. */
  readonly body: Buffer;
}
