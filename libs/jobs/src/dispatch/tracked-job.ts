import type { JobPlan, JobRecord } from '#contracts';
import type { DispatchCandidate } from './pick-chunks.js';

/** A running job as the dispatcher sees it: its plan, and which of its chunks have their result. */
export class TrackedJob {
  private committed: Set<number> = new Set();

  constructor(
    readonly record: JobRecord,
    readonly plan: JobPlan,
  ) {}

  /** Takes the listed truth over. Hints wait behind the listing, so none that is newer is lost. */
  replaceCommitted(listed: ReadonlySet<number>): void {
    this.committed = new Set(listed);
  }

  markCommitted(chunk: number): void {
    this.committed.add(chunk);
  }

  isComplete(): boolean {
    return this.committed.size >= this.plan.chunks.length;
  }

  candidate(): DispatchCandidate {
    const { tenant, id, deadlineMs, priority } = this.record;
    return { tenant, jobId: id, deadlineMs, priority, pending: this.pending() };
  }

  private *pending(): Generator<number> {
    for (let chunk = 0; chunk < this.plan.chunks.length; chunk++) if (!this.committed.has(chunk)) yield chunk;
  }
}
