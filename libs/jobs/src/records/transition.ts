import {
  TERMINAL_STATUSES,
  type BatchInputError,
  type BatchUsage,
  type JobEstimate,
  type JobOutcome,
  type JobRecord,
  type RequestCounts,
  type YieldedCalls,
} from '#contracts';

/** What can happen to a job. Every change of a record is one of these. */
export type JobEvent =
  | {
      readonly kind: 'planned';
      readonly model: string;
      readonly total: number;
      /** Length of a recording. */
      readonly audioSeconds?: number;
      /** Of a dry run. */
      readonly estimate?: JobEstimate;
    }
  | { readonly kind: 'rejected'; readonly errors: readonly BatchInputError[] }
  /** `errors` say why, where it was not the caller who asked. */
  | { readonly kind: 'cancel-requested'; readonly errors?: readonly BatchInputError[] }
  /** Winding up begins: all chunks are committed, the deadline has passed, or a cancel is carried out. */
  | { readonly kind: 'ending'; readonly outcome: JobOutcome; readonly errors?: readonly BatchInputError[] }
  | {
      readonly kind: 'ended';
      readonly counts: RequestCounts;
      readonly usage: BatchUsage | null;
      readonly yielded?: YieldedCalls;
      readonly waitedMs?: number;
      readonly outputFileId: string | null;
      readonly errorFileId: string | null;
    };

/**
 * The job's next record, or `undefined` when the event changes nothing: it comes too late, or has happened already.
 * Terminal states never change; what is being wound up keeps the outcome that came first.
 */
export function transition(record: JobRecord, event: JobEvent, clockMs: number): JobRecord | undefined {
  if (TERMINAL_STATUSES.has(record.status)) return undefined;
  const nowMs = notBefore(record, clockMs);
  switch (event.kind) {
    case 'planned':
      return record.status === 'validating' ? begin(record, event, nowMs) : undefined;
    case 'rejected':
      return record.status === 'validating'
        ? { ...record, status: 'failed', errors: event.errors, counts: NO_COUNTS, endedAtMs: nowMs }
        : undefined;
    case 'cancel-requested':
      return beginCancelling(record, event.errors ?? record.errors, nowMs);
    case 'ending':
      return beginEnding({ ...record, errors: event.errors ?? record.errors }, event.outcome, nowMs);
    case 'ended':
      return end(record, event, nowMs);
  }
}

function begin(record: JobRecord, event: Extract<JobEvent, { kind: 'planned' }>, nowMs: number): JobRecord {
  const { kind: _, ...found } = event;
  return { ...record, status: 'in_progress', ...found, inProgressAtMs: nowMs };
}

function end(record: JobRecord, event: Extract<JobEvent, { kind: 'ended' }>, nowMs: number): JobRecord | undefined {
  if (record.outcome === null) return undefined;
  const { kind: _, ...found } = event;
  return { ...record, status: record.outcome, ...found, endedAtMs: nowMs };
}

/** Processes differ in their clocks; what happens later in a job never carries an earlier time. */
function notBefore(record: JobRecord, clockMs: number): number {
  const { createdAtMs, inProgressAtMs, cancellingAtMs, finalizingAtMs } = record;
  return Math.max(clockMs, createdAtMs, inProgressAtMs ?? 0, cancellingAtMs ?? 0, finalizingAtMs ?? 0);
}

const NO_COUNTS: RequestCounts = { total: 0, completed: 0, failed: 0 };

function beginCancelling(record: JobRecord, errors: JobRecord['errors'], nowMs: number): JobRecord | undefined {
  if (record.status !== 'validating' && record.status !== 'in_progress') return undefined;
  return { ...record, status: 'cancelling', cancellingAtMs: nowMs, errors };
}

/** A cancelling job keeps that status while its files are made, as OpenAI shows it; others are `finalizing`. */
function beginEnding(record: JobRecord, outcome: JobOutcome, nowMs: number): JobRecord | undefined {
  if (record.outcome !== null) return undefined;
  if (record.status === 'cancelling') {
    return outcome === 'completed' ? undefined : { ...record, outcome: 'cancelled', finalizingAtMs: nowMs };
  }
  if (record.status === 'validating' && outcome !== 'expired') return undefined;
  return { ...record, status: 'finalizing', outcome, finalizingAtMs: nowMs };
}
