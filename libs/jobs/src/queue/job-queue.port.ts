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

/** Counts of a running job, good enough to be shown and for nothing else. */
export abstract class LiveCounts {
  /** Sets what one chunk has done so far; setting it twice counts once. */
  abstract set(
    jobId: string,
    chunks: readonly { readonly chunk: number; readonly completed: number; readonly failed: number }[],
  ): Promise<void>;
  /** `undefined` when Redis does not answer in time or knows nothing. */
  abstract read(jobId: string, total: number): Promise<RequestCounts | undefined>;
  /** The chunks that counts are known of; `undefined` when Redis does not answer in time. */
  abstract chunks(jobId: string): Promise<ReadonlySet<number> | undefined>;
  abstract forget(jobId: string): Promise<void>;
}
