import type { RequestCounts } from '#contracts';
import { LiveCounts } from '../queue/job-queue.port.js';

interface ChunkCounts {
  readonly completed: number;
  readonly failed: number;
}

/** Live counts in this process's memory. */
export class MemoryLiveCounts extends LiveCounts {
  readonly jobs = new Map<string, Map<number, ChunkCounts>>();

  override async set(jobId: string, chunks: readonly (ChunkCounts & { readonly chunk: number })[]): Promise<void> {
    await Promise.resolve();
    const counts = this.jobs.get(jobId) ?? new Map<number, ChunkCounts>();
    for (const { chunk, completed, failed } of chunks) counts.set(chunk, { completed, failed });
    this.jobs.set(jobId, counts);
  }

  override async read(jobId: string, total: number): Promise<RequestCounts | undefined> {
    await Promise.resolve();
    const counts = this.jobs.get(jobId);
    if (counts === undefined) return undefined;
    const sum = { total, completed: 0, failed: 0 };
    for (const { completed, failed } of counts.values()) {
      sum.completed += completed;
      sum.failed += failed;
    }
    return sum;
  }

  override async chunks(jobId: string): Promise<ReadonlySet<number>> {
    await Promise.resolve();
    return new Set(this.jobs.get(jobId)?.keys());
  }

  override async forget(jobId: string): Promise<void> {
    await Promise.resolve();
    this.jobs.delete(jobId);
  }
}
