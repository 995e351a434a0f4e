import type { ChunkPayload, ControlPayload, JobHint, RequestCounts } from '#contracts';

/** Redis as the engine sees it: hints about what to do next. Losing all of it loses no work. */
export abstract class JobQueue {
  /** Adding what stands in the queue already is a no-op. @throws GatewayError `queue_unavailable` */
  abstract addControl(payload: ControlPayload): Promise<void>;
  /** @throws GatewayError `queue_unavailable` */
  abstract addChunks(endpoint: string, payloads: readonly ChunkPayload[]): Promise<void>;
  /** @throws GatewayError `queue_unavailable` */
  abstract publish(hint: JobHint): Promise<void>;
}

/** When a chunk's lines got their results, so that a speed can be measured. Unix milliseconds. */
export interface WorkSpan {
  /** Lines that were done already when this attempt began. */
  readonly restored: number;
  readonly fromMs: number;
  /** When the newest line was done. */
  readonly untilMs: number;
}

/** What one chunk has done so far. */
export interface ChunkProgress {
  readonly chunk: number;
  readonly completed: number;
  readonly failed: number;
  /** Absent where nobody measured: counts that were restored, or set by an older worker. */
  readonly span?: WorkSpan;
}

/** Why chunks of a job went back to wait, and when that was last seen. */
export interface Waiting {
  readonly reason: string;
  readonly atMs: number;
}

/** Counts of a running job, good enough to be shown and for nothing else. */
export abstract class LiveCounts {
  /** Sets what one chunk has done so far; setting it twice counts once. */
  abstract set(jobId: string, chunks: readonly ChunkProgress[]): Promise<void>;
  /** `undefined` when Redis does not answer in time or knows nothing. */
  abstract read(jobId: string, total: number): Promise<RequestCounts | undefined>;
  /** All that is known, chunk by chunk; `undefined` when Redis does not answer in time. */
  abstract measure(jobId: string): Promise<readonly ChunkProgress[] | undefined>;
  /** Notes why a chunk goes back to wait; forgotten by itself after ten minutes. */
  abstract noteWaiting(jobId: string, waiting: Waiting): Promise<void>;
  abstract readWaiting(jobId: string): Promise<Waiting | undefined>;
  /** The chunks that counts are known of; `undefined` when Redis does not answer in time. */
  abstract chunks(jobId: string): Promise<ReadonlySet<number> | undefined>;
  abstract forget(jobId: string): Promise<void>;
}
