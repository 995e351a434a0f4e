import { parseActiveMarker, type BatchInputError, type ControlTask, type JobHint, type JobRecord } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { StoredFiles } from '../files/stored-files.js';
import { inParallel } from '../finish/in-parallel.js';
import type { JobQueue, LiveCounts } from '../queue/job-queue.port.js';
import type { JobRecords } from '../records/job-records.js';
import { isKnown } from '../records/assert-known.js';
import type { JobsSeen, JobWatch } from './job-watch.js';

export interface SweeperOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly queue: JobQueue;
  readonly live: LiveCounts;
  readonly dispatcher: Dispatcher;
  readonly watch: JobWatch;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** A marker without a record for so long belongs to a create that died. */
const ORPHAN_AGE_MS = 3_600_000;
const JOBS_AT_ONCE = 8;

/**
 * Looks at every live job and sets going what should be going. It reads the object store alone, so a Redis that lost
 * everything is whole again after one sweep.
 */
export class Sweeper {
  private readonly now: () => number;

  constructor(private readonly options: SweeperOptions) {
    this.now = options.now ?? Date.now;
  }

  /** @throws GatewayError `storage_unavailable`, `queue_unavailable`: the next sweep goes on from there. */
  async sweep(): Promise<JobsSeen & { readonly jobs: number }> {
    const seen = new Map<string, JobRecord>();
    const markers = await Array.fromAsync(this.options.jobs.activeMarkers());
    await inParallel(markers, JOBS_AT_ONCE, async ({ key, writtenAt }) => {
      const marker = parseActiveMarker(key);
      if (marker === undefined) return;
      try {
        const record = await this.sweepJob(marker, writtenAt);
        if (record !== undefined) seen.set(marker.jobId, record);
      } catch (error) {
        if (isPassing(error)) throw error;
        // One job that cannot be swept must not keep the others from it.
        this.options.logger.error({ error, jobId: marker.jobId }, 'a job cannot be swept');
      }
    });
    this.options.dispatcher.forgetAllBut(new Set(seen.keys()));
    await this.options.dispatcher.fillAll(true);
    return { jobs: seen.size, ...(await this.options.watch.judge([...seen.values()])) };
  }

  /** The job as it is then; `undefined` when there is none. */
  private async sweepJob({ tenant, jobId }: ActiveMarker, writtenAt: Date): Promise<JobRecord | undefined> {
    const { jobs, files } = this.options;
    const record = await jobs.find(tenant, jobId);
    if (record !== undefined) return await this.advance(record);
    if (this.now() - writtenAt.getTime() > ORPHAN_AGE_MS) {
      for (const fileId of await jobs.filesOfMarker(tenant, jobId)) await files.release(tenant, fileId, jobId);
      await jobs.removeOrphan(tenant, jobId);
    }
    return undefined;
  }

  /** A hint saves the wait for the next sweep. */
  async take(hint: Exclude<JobHint, { kind: 'shared' }>): Promise<void> {
    if (hint.kind === 'committed') {
      await this.options.dispatcher.committed(hint);
      return;
    }
    const record = await this.options.jobs.find(hint.tenant, hint.jobId);
    if (record === undefined) return;
    await this.advance(record);
    await this.options.dispatcher.fillAll(false);
  }

  private async advance(record: JobRecord): Promise<JobRecord> {
    if (!isKnown(record)) return record;
    const current = this.isOverdue(record) ? await this.expire(record) : record;
    await this.setGoing(current);
    return current;
  }

  private async setGoing(current: JobRecord): Promise<void> {
    switch (current.status) {
      case 'validating':
        return await this.control('plan', current);
      case 'in_progress':
        return await this.options.dispatcher.track(current);
      case 'cancelling':
      case 'finalizing':
      case 'completed':
      case 'failed':
      case 'expired':
      case 'cancelled':
        this.options.dispatcher.forget(current.id);
        return await this.control('finish', current);
    }
  }

  /** A job whose last chunk got its result in time is complete, even when nobody had noticed before the deadline. */
  private async expire(record: JobRecord): Promise<JobRecord> {
    if (record.status === 'in_progress') await this.options.dispatcher.track(record);
    const waiting = await this.options.live.readWaiting(record.id);
    return await this.options.jobs.apply(record.tenant, record.id, {
      kind: 'ending',
      outcome: 'expired',
      ...(waiting === undefined ? {} : { errors: [expiredBecause(record, waiting.reason)] }),
    });
  }

  private isOverdue(record: JobRecord): boolean {
    return record.outcome === null && record.endedAtMs === null && this.now() >= record.deadlineMs;
  }

  private async control(task: ControlTask, { tenant, id }: JobRecord): Promise<void> {
    await this.options.queue.addControl({ version: 1, task, tenant, jobId: id });
  }
}

function expiredBecause({ kind }: JobRecord, reason: string): BatchInputError {
  const message = `Not all requests could be executed before the completion window expired. The last attempt was put off: ${reason}`;
  return { code: kind === 'batch' ? 'batch_expired' : 'job_expired', message, param: null, line: null };
}

type ActiveMarker = NonNullable<ReturnType<typeof parseActiveMarker>>;

/** What a timer may pass over: the store or the queue is away, and the next turn tries again. */
export function isPassing(error: unknown): error is GatewayError {
  return GatewayError.is(error, 'storage_unavailable') || GatewayError.is(error, 'queue_unavailable');
}
