import type { Jobs } from '#jobs';
import { toJobSnapshot, type JobSnapshot } from './job-snapshot.js';
import { SharedLook } from './shared-look.js';

interface Lookout {
  readonly look: SharedLook<JobSnapshot>;
  listeners: number;
}

/** The jobs that somebody listens to in this process: all who listen to the same job share their looks at it. */
export class JobLookouts {
  private readonly lookouts = new Map<string, Lookout>();

  constructor(private readonly jobs: Jobs) {}

  /** @param listen Gets the shared look for as long as it runs. */
  async enter(tenant: string, jobId: string, listen: (look: SharedLook<JobSnapshot>) => Promise<void>): Promise<void> {
    const key = `${tenant}/${jobId}`;
    const lookout = this.lookouts.get(key) ?? this.open(key, tenant, jobId);
    lookout.listeners++;
    try {
      await listen(lookout.look);
    } finally {
      lookout.listeners--;
      if (lookout.listeners === 0) this.lookouts.delete(key);
    }
  }

  private open(key: string, tenant: string, jobId: string): Lookout {
    const look = new SharedLook(async () => toJobSnapshot(await this.jobs.look(tenant, jobId)));
    const lookout = { look, listeners: 0 };
    this.lookouts.set(key, lookout);
    return lookout;
  }
}
