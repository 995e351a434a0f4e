import { TERMINAL_STATUSES, type JobObject } from '#contracts';
import { pause } from '#platform';
import { etagOf } from './etag.js';

export interface WatchOptions {
  /** Reads the job as it is now. */
  look(): Promise<JobObject>;
  readonly waitMs: number;
  /** ETags of what the caller has: while the job is still that, there is no news. */
  readonly knownEtags: string | undefined;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  /** Whether answers should end, because the process goes down. */
  isClosing(): boolean;
}

/** A look costs a read of the record, and what there is to see changes no faster than every two seconds. */
const LOOK_MS = 1000;

/**
 * The job once it has changed, has ended, or the wait is over. A change is what a person would call one: another
 * status, or another line done; not that a minute's speed has moved. It needs nothing but the record and the live
 * counts, so it does not matter which process a change comes from.
 */
export async function watchJob(options: WatchOptions): Promise<JobObject> {
  const endsAtMs = performance.now() + options.waitMs;
  let job = await options.look();
  if (options.knownEtags !== undefined && !matchesEtag(options.knownEtags, etagOf(job))) return job;
  const before = changeOf(job);
  while (!TERMINAL_STATUSES.has(job.status) && changeOf(job) === before) {
    const leftMs = endsAtMs - performance.now();
    if (leftMs <= 0 || options.isClosing() || options.signal.aborted) break;
    await pause(Math.min(LOOK_MS, leftMs), options.signal);
    job = await options.look();
  }
  return job;
}

function changeOf({ status, progress, waiting }: JobObject): string {
  return JSON.stringify([status, progress.total, progress.done, progress.failed, waiting?.reason]);
}

/** Whether a header `If-None-Match` names this ETag; weak or strong is the same here (RFC 9110, 13.1.2). */
export function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const text = candidate.trim();
    return text === '*' || text.replace(/^W\//, '') === etag;
  });
}
