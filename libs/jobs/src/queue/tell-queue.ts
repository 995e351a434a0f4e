import type { JobHint, JobRecord } from '#contracts';
import type { Logger } from '#platform';
import type { JobQueue } from './job-queue.port.js';

/** Says what has become of a job, behind the answer to who did it: what the queue does not take, the next sweep finds. */
export function tellQueue(
  { queue, logger }: { readonly queue: JobQueue; readonly logger: Logger },
  { tenant, id }: Pick<JobRecord, 'tenant' | 'id'>,
  kind: 'created' | 'cancelled',
): void {
  const hint: JobHint = { kind, tenant, jobId: id };
  const task = kind === 'created' ? 'plan' : 'finish';
  Promise.all([queue.addControl({ version: 1, task, tenant, jobId: id }), queue.publish(hint)]).catch(
    (error: unknown) => {
      logger.warn({ jobId: id, error }, `the queue was not told that a job was ${kind}; a sweep will see it`);
    },
  );
}
