import { priorityRank, type ChunkPayload, type JobPriority, type JobRecord } from '#contracts';

/** Whose work asks for something that is shared, and what orders it among the same tenant's. */
export interface WorkClaim {
  readonly tenant: string;
  readonly jobId: string;
  /** Smaller goes first. */
  readonly rank: number;
  /** Unix milliseconds. */
  readonly deadlineMs: number;
}

export function claimOfRecord({ tenant, id, priority, deadlineMs }: JobRecord): WorkClaim {
  return { tenant, jobId: id, rank: priorityRank(priority), deadlineMs };
}

/** A payload of a dispatcher that named neither priority nor deadline goes behind the others of its tenant. */
export function claimOfPayload({
  tenant,
  jobId,
  priority,
  deadlineMs,
}: Pick<ChunkPayload, 'tenant' | 'jobId' | 'deadlineMs'> & { readonly priority?: JobPriority | undefined }): WorkClaim {
  return { tenant, jobId, rank: priorityRank(priority), deadlineMs: deadlineMs ?? Infinity };
}

/** Order within one tenant: the job's priority, then the earliest deadline, then the older job's id. */
export function compareClaims(a: WorkClaim, b: WorkClaim): number {
  return a.rank - b.rank || compareDeadlines(a.deadlineMs, b.deadlineMs) || compareCodeUnits(a.jobId, b.jobId);
}

/** The same on every machine, whatever its locale. */
export function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Not a subtraction, which makes no number of two deadlines that are both unknown. */
function compareDeadlines(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
