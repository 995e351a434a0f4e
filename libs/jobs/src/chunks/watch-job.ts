import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#platform';

export interface WatchedJob {
  readonly jobId: string;
  readonly logger: Logger;
  showProgress(): Promise<void>;
  /** @throws GatewayError as the store does */
  isRunning(): Promise<boolean>;
}

/** Milliseconds between two looks. */
export const WATCH_MS = 2000;

/** Shows progress and notices, even when hints are lost, that the job has ended or its deadline has passed. */
export async function watchJob(job: WatchedJob, ended: AbortController, done: AbortSignal): Promise<void> {
  while (!done.aborted && !ended.signal.aborted) {
    await delay(WATCH_MS, undefined, { signal: done }).catch(() => undefined);
    if (done.aborted) return;
    await job.showProgress();
    try {
      if (!(await job.isRunning())) ended.abort();
    } catch (error) {
      // Nobody waits for this loop, so nothing may leave it; a record that stays unreadable fails the next take.
      job.logger.warn({ jobId: job.jobId, error }, 'the job record cannot be read; trying again');
    }
  }
}
