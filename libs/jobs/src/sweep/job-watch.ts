import type { BatchStatus, JobRecord } from '#contracts';
import type { Logger } from '#platform';
import { inParallel } from '../finish/in-parallel.js';
import type { LiveCounts } from '../queue/job-queue.port.js';

export interface JobWatchOptions {
  readonly live: LiveCounts;
  /** Milliseconds without progress after which a job counts as stuck. */
  readonly stuckMs: number;
  /** Whether a running job has no chunk in a window because others go first. */
  readonly waitsInTurn: (jobId: string) => boolean;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** What the last sweep saw of all live jobs. */
export interface JobsSeen {
  readonly byStatus: Readonly<Partial<Record<BatchStatus, number>>>;
  readonly stuck: number;
}

interface Progress {
  readonly state: string;
  readonly sinceMs: number;
  readonly isTold: boolean;
}

const READS_AT_ONCE = 8;

/** Notices jobs that stand still although it is their turn, and says once in the log why. */
export class JobWatch {
  private readonly now: () => number;
  private progress = new Map<string, Progress>();

  constructor(private readonly options: JobWatchOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Another worker watches from now on. */
  reset(): void {
    this.progress.clear();
  }

  /** @param records all live jobs, as a sweep has seen them. */
  async judge(records: readonly JobRecord[]): Promise<JobsSeen> {
    const byStatus: Partial<Record<BatchStatus, number>> = {};
    const progress = new Map<string, Progress>();
    let stuck = 0;
    await inParallel(records, READS_AT_ONCE, async (record) => {
      byStatus[record.status] = (byStatus[record.status] ?? 0) + 1;
      const now = await this.look(record);
      progress.set(record.id, now);
      if (now.isTold) stuck++;
    });
    this.progress = progress;
    return { byStatus, stuck };
  }

  private async look(record: JobRecord): Promise<Progress> {
    const before = this.progress.get(record.id);
    const state = await this.stateOf(record, before);
    const nowMs = this.now();
    if (before?.state !== state || this.options.waitsInTurn(record.id)) return { state, sinceMs: nowMs, isTold: false };
    if (nowMs - before.sinceMs < this.options.stuckMs) return before;
    if (!before.isTold) await this.tell(record, nowMs - before.sinceMs);
    return { ...before, isTold: true };
  }

  /** Counts that Redis does not tell are taken to be as they were: its absence is no progress, and no standstill either. */
  private async stateOf({ id, status, total }: JobRecord, before: Progress | undefined): Promise<string> {
    if (status !== 'in_progress') return status;
    const counts = await this.options.live.read(id, total);
    if (counts === undefined) return before?.state ?? status;
    return `${status} ${counts.completed + counts.failed}`;
  }

  private async tell({ id, tenant, status, model }: JobRecord, standsForMs: number): Promise<void> {
    const { live, logger } = this.options;
    const reason = (await live.readWaiting(id))?.reason ?? 'no chunk says why; look at the workers';
    const facts = { jobId: id, tenant, status, model, minutes: Math.round(standsForMs / 60_000), reason };
    logger.warn(facts, 'a job makes no progress');
  }
}
