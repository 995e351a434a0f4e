import type { JobRecord } from '#contracts';
import type { JobRecords } from '../records/job-records.js';

/** Job records for those who look again and again: a worker's chunks of one job share what one of them has just read. */
export class RecentRecords {
  private readonly reads = new Map<
    string,
    { readonly atMs: number; readonly record: Promise<JobRecord | undefined> }
  >();

  /** @param maxAgeMs how old what is read may be. */
  constructor(
    private readonly jobs: Pick<JobRecords, 'find'>,
    private readonly maxAgeMs: number,
  ) {}

  /** @throws GatewayError as the store does */
  async find(tenant: string, jobId: string): Promise<JobRecord | undefined> {
    const name = `${tenant}/${jobId}`;
    const nowMs = performance.now();
    for (const [known, { atMs }] of this.reads) if (nowMs - atMs >= this.maxAgeMs) this.reads.delete(known);
    const read = this.reads.get(name) ?? { atMs: nowMs, record: this.jobs.find(tenant, jobId) };
    this.reads.set(name, read);
    return await read.record;
  }
}
