import type { JobPlan, JobRecord, PlannedChunk } from '#contracts';
import type { JsonBody } from '#platform';

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
  /** A batch's `custom_id`; of an embeddings job the JSON text of the line's id, empty where it has none. */
  readonly customId: string;
  /** Number of the line in the input, from 1; only where rows tell it. */
  readonly line?: number;
  /** The call's body, from bytes that were checked when the job was planned. */
  readonly body: Buffer;
  /** The same body, where it was scanned as a part of its line. */
  readonly scanned?: JsonBody | undefined;
  /** Lines with the same body, where such are called once; their rows follow from this one's. */
  readonly copies?: readonly ChunkLine[];
}
