import { objectKeys } from '#contracts';
import { collectCreates } from './collect-creates.js';
import { collectExpiredFiles, collectOrphanedContent } from './collect-files.js';
import { collectJoins } from './collect-joins.js';
import { collectSettledWebhooks } from './collect-settled-webhooks.js';
import { collectJobData } from './collect-job-data.js';
import { collectOldJobs } from './collect-old-jobs.js';
import { collectUploads } from './collect-uploads.js';
import type { GarbageOptions } from './garbage.types.js';
import { listPages } from '../objects/list-pages.js';

/**
 * Removes what nobody needs any more, in small steps. Nothing that a live job's record names is touched. What was removed
 * once is not looked for again, what a crash interrupts is found by the next pass, and two collectors at once do the
 * same work twice.
 */
export class GarbageCollector {
  constructor(private readonly options: GarbageOptions) {}

  /** One pass over everything, in steps of a few requests each, however much there is. @throws GatewayError as the store does */
  async *pass(): AsyncGenerator<void> {
    yield* collectJobData(this.options);
    for (const tenant of await this.tenants()) {
      yield* collectExpiredFiles(this.options, tenant);
      yield* collectOrphanedContent(this.options, tenant);
      yield* collectOldJobs(this.options, tenant);
      yield* collectJoins(this.options, tenant);
      yield* collectSettledWebhooks(this.options, tenant);
      yield* collectUploads(this.options, tenant);
      yield* collectCreates(this.options, tenant);
    }
  }

  /** In another order each time, so that passes that are cut short leave nobody out for good. */
  private async tenants(): Promise<readonly string[]> {
    const tenants: string[] = [];
    for await (const { prefixes } of listPages(this.options.store, objectKeys.tenants, '/'))
      for (const prefix of prefixes) tenants.push(prefix.slice(objectKeys.tenants.length, -1));
    const first = Math.floor(Math.random() * tenants.length);
    return [...tenants.slice(first), ...tenants.slice(0, first)];
  }
}
