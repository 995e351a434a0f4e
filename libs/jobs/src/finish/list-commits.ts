import { objectKeys } from '#contracts';
import type { ObjectStore } from '#storage';

/** Numbers of the chunks that have their result; the truth about a job's progress. */
export async function listCommits(store: ObjectStore, tenant: string, jobId: string): Promise<Set<number>> {
  const prefix = objectKeys.commits(tenant, jobId);
  const committed = new Set<number>();
  let startAfter: string | undefined;
  for (;;) {
    const page = await store.list(prefix, startAfter === undefined ? {} : { startAfter });
    for (const { key } of page.objects) committed.add(Number(key.slice(prefix.length)));
    startAfter = page.objects.at(-1)?.key;
    if (!page.truncated || startAfter === undefined) return committed;
  }
}
