import { TERMINAL_STATUSES, type BatchInputError } from '#contracts';
import type { Logger } from '#platform';
import { inParallel } from '../finish/in-parallel.js';
import type { JobQueue } from '../queue/job-queue.port.js';
import { tellQueue } from '../queue/tell-queue.js';
import type { JobRecords } from '../records/job-records.js';

export interface RevokedJobsOptions {
  readonly jobs: JobRecords;
  readonly queue: JobQueue;
  readonly logger: Logger;
}

const READS_AT_ONCE = 8;

const KEY_REVOKED: BatchInputError = {
  code: 'key_revoked',
  message: 'This job was cancelled because the API key that created it was revoked.',
  param: null,
  line: null,
};

/** Cancels what revoked keys have started. What a job has finished by then is kept, as with any cancel. */
export class RevokedJobs {
  /** Who made the live jobs of a tenant, which never changes, so that looking again costs one LIST. */
  private readonly makers = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly options: RevokedJobsOptions) {}

  /**
   * Requests the cancel of a tenant's live jobs that one of the keys created. Doing it twice is doing it once.
   *
   * @returns the ids of the jobs that were not being cancelled yet.
   * @throws GatewayError `storage_unavailable`: some jobs may have been stopped, and doing it again stops the rest.
   */
  async stop(tenant: string, keyIds: ReadonlySet<string>): Promise<string[]> {
    const known = this.makers.get(tenant);
    const makers = new Map<string, string>();
    const stopped: string[] = [];
    const live = await Array.fromAsync(this.options.jobs.activeJobs(tenant));
    await inParallel(live, READS_AT_ONCE, async ({ jobId }) => {
      const keyId = known?.get(jobId) ?? (await this.options.jobs.find(tenant, jobId))?.keyId;
      if (keyId === undefined) return;
      makers.set(jobId, keyId);
      if (keyIds.has(keyId) && (await this.cancel(tenant, jobId))) stopped.push(jobId);
    });
    this.makers.set(tenant, makers);
    return stopped;
  }

  private async cancel(tenant: string, jobId: string): Promise<boolean> {
    const before = await this.options.jobs.find(tenant, jobId);
    if (before === undefined || before.status === 'cancelling' || TERMINAL_STATUSES.has(before.status)) return false;
    const record = await this.options.jobs.apply(tenant, jobId, { kind: 'cancel-requested', errors: [KEY_REVOKED] });
    if (record.status !== 'cancelling') return false;
    tellQueue(this.options, record, 'cancelled');
    return true;
  }
}
