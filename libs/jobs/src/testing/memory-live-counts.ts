import type { RequestCounts } from '#contracts';
import { LiveCounts, type ChunkProgress, type Waiting } from '../queue/job-queue.port.js';

/** Live counts in this process's memory. */
export class MemoryLiveCounts extends LiveCounts {
  readonly jobs = new Map<string, Map<number, ChunkProgress>>();
  readonly waits = new Map<string, Waiting>();

  override async set(jobId: string, chunks: readonly ChunkProgress[]): Promise<void> {
    await Promise.resolve();
    const counts = this.jobs.get(jobId) ?? new Map<number, ChunkProgress>();
    for (const progress of chunks) counts.set(progress.chunk, progress);
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

  override async measure(jobId: string): Promise<readonly ChunkProgress[]> {
    await Promise.resolve();
    return [...(this.jobs.get(jobId)?.values() ?? [])];
  }

  override async noteWaiting(jobId: string, waiting: Waiting): Promise<void> {
    await Promise.resolve();
    this.waits.set(jobId, waiting);
  }

  override async readWaiting(jobId: string): Promise<Waiting | undefined> {
    await Promise.resolve();
    return this.waits.get(jobId);
  }

  override async chunks(jobId: string): Promise<ReadonlySet<number>> {
    await Promise.resolve();
    return new Set(this.jobs.get(jobId)?.keys());
  }

  override async forget(jobId: string): Promise<void> {
    await Promise.resolve();
    this.jobs.delete(jobId);
    this.waits.delete(jobId);
  }
}
