import type { Logger } from '#platform';
import type { KeyRecord } from './key-record.js';
import { listRevokedKeys } from './list-revoked-keys.js';

/** Stops what a key has started. */
interface StoppableJobs {
  /** @returns ids of the jobs that this has stopped. @throws GatewayError when not all could be looked at. */
  stopJobsOf(tenant: string, keyIds: ReadonlySet<string>): Promise<readonly string[]>;
}

export interface RevocationWatchOptions {
  /** The keys as they were last read. */
  readonly keys: () => readonly KeyRecord[];
  readonly jobs: StoppableJobs;
  /** Milliseconds between two looks. */
  readonly lookMs: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** No job lives longer than its completion window of 7 days, so older revocations have nothing left to stop. */
const LOOK_BACK_MS = 8 * 86_400_000;
/** A process that cannot read the keys may still accept a job under a revoked one, so looking once is not enough. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Notices revoked keys and stops their jobs. It holds no state that matters: after a start it looks at all that was
 * revoked lately, and several processes doing so come to the same.
 */
export class RevocationWatch {
  private readonly now: () => number;
  /** When a key's jobs were last looked at without a failure, by `tenant/id`. */
  private readonly done = new Map<string, number>();
  private readonly failing = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RevocationWatchOptions) {
    this.now = options.now ?? Date.now;
  }

  start(): void {
    this.timer = setTimeout(() => {
      void this.look().then(() => {
        if (this.timer !== undefined) this.start();
      });
    }, this.options.lookMs).unref();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Never throws: what could not be stopped is tried again at the next look. */
  async look(): Promise<void> {
    const nowMs = this.now();
    const revoked = listRevokedKeys(this.options.keys(), nowMs - LOOK_BACK_MS, nowMs);
    for (const [tenant, keyIds] of revoked) {
      const due = new Set([...keyIds].filter((id) => nowMs - (this.done.get(`${tenant}/${id}`) ?? 0) >= LOOK_AGAIN_MS));
      if (due.size > 0) await this.stop(tenant, due);
    }
  }

  private async stop(tenant: string, keyIds: ReadonlySet<string>): Promise<void> {
    const { jobs, logger } = this.options;
    try {
      const jobIds = await jobs.stopJobsOf(tenant, keyIds);
      if (jobIds.length > 0) logger.info({ tenant, jobIds }, 'the jobs of a revoked key are being cancelled');
      for (const id of keyIds) this.done.set(`${tenant}/${id}`, this.now());
      this.failing.delete(tenant);
    } catch (error) {
      if (!this.failing.has(tenant))
        logger.error({ tenant, error }, 'the jobs of a revoked key cannot be stopped yet; trying again');
      this.failing.add(tenant);
    }
  }
}
