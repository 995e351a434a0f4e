import { parseActiveMarker, type ControlTask, type JobHint, type JobRecord } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { JobQueue } from '../queue/job-queue.port.js';
import type { JobRecords } from '../records/job-records.js';

export interface SweeperOptions {
  readonly jobs: JobRecords;
  readonly queue: JobQueue;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** A marker without a record for so long belongs to a create that died. */
const ORPHAN_AGE_MS = 3_600_000;

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
  async sweep(): Promise<{ readonly jobs: number }> {
    const seen = new Set<string>();
    for await (const { key, writtenAt } of this.options.jobs.activeMarkers()) {
      const marker = parseActiveMarker(key);
      if (marker === undefined) continue;
      const { tenant, jobId } = marker;
      const record = await this.options.jobs.find(tenant, jobId);
      if (record === undefined) {
        if (this.now() - writtenAt.getTime() > ORPHAN_AGE_MS) await this.options.jobs.removeOrphan(tenant, jobId);
        continue;
      }
      seen.add(jobId);
      await this.advance(record);
    }
    this.options.dispatcher.forgetAllBut(seen);
    await this.options.dispatcher.fillAll(true);
    return { jobs: seen.size };
  }

  /** A hint saves the wait for the next sweep. */
  async take(hint: JobHint): Promise<void> {
    if (hint.kind === 'committed') {
      await this.options.dispatcher.committed(hint);
      return;
    }
    const record = await this.options.jobs.find(hint.tenant, hint.jobId);
    if (record === undefined) return;
    await this.advance(record);
    await this.options.dispatcher.fillAll(false);
  }

  private async advance(record: JobRecord): Promise<void> {
    const current = this.isOverdue(record)
      ? await this.options.jobs.apply(record.tenant, record.id, { kind: 'ending', outcome: 'expired' })
      : record;
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

  private isOverdue(record: JobRecord): boolean {
    return record.outcome === null && record.endedAtMs === null && this.now() >= record.deadlineMs;
  }

  private async control(task: ControlTask, { tenant, id }: JobRecord): Promise<void> {
    await this.options.queue.addControl({ version: 1, task, tenant, jobId: id });
  }
}

/** What a timer may pass over: the store or the queue is away, and the next turn tries again. */
export function isPassing(error: unknown): error is GatewayError {
  return GatewayError.is(error, 'storage_unavailable') || GatewayError.is(error, 'queue_unavailable');
}
