import { setTimeout as delay } from 'node:timers/promises';
import type { JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { JobRecords } from '../records/job-records.js';

const LOOK_MS = 2000;

/**
 * Does what a job needs before it can begin, for as long as it is still to begin: decoding takes minutes, and nobody waits
 * for it once the job is cancelled or has expired.
 *
 * @param work Its signal aborts with a GatewayError `conflict`.
 */
export async function whileWanted<T>(
  jobs: Pick<JobRecords, 'find'>,
  { tenant, id, status }: JobRecord,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const done = new AbortController();
  const watch = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await delay(LOOK_MS, undefined, { signal: done.signal }).catch(() => undefined);
      // A record that cannot be read now says nothing; the next look does.
      const current = done.signal.aborted ? undefined : await jobs.find(tenant, id).catch(() => undefined);
      if (current === undefined || current.status === status) continue;
      return unwanted.abort(new GatewayError('conflict', `The job is ${current.status}: its input is not needed.`));
    }
  };
  const watching = watch();
  try {
    return await work(unwanted.signal);
  } finally {
    done.abort();
    await watching;
  }
}
