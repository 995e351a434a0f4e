import { objectKeys } from '#contracts';
import { timeOfId } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { CreateSubject } from './creates.types.js';

/** Longer than an SDK takes for its first two retries of a request that runs into its time-out of ten minutes each time. */
const TRY_LIFE_MS = 1_800_000;

/**
 * What was created without a key, by the digest of the body, so that a request which says it is a retry finds its first
 * try. Each first try is found by one sender: of equal bodies, a claim for each retry's number tells who has found what.
 */
export class FirstTries {
  constructor(
    private readonly store: ObjectStore,
    private readonly records: RecordStore,
    private readonly now: () => number,
  ) {}

  async note({ tenant, route, digest }: CreateSubject, id: string): Promise<void> {
    await this.store.put(objectKeys.createTry(tenant, route, digest, id), '');
  }

  /** The id that the first try was to create, the newest one that no other sender has claimed. */
  async claim(subject: CreateSubject, prefix: string, retry: number): Promise<string | undefined> {
    const { tenant, route, digest } = subject;
    const tries = objectKeys.createTries(tenant, route, digest);
    const { objects } = await this.store.list(tries);
    const names = new Set(objects.map(({ key }) => key.slice(tries.length)));
    for (const id of names) {
      const createdAtMs = timeOfId(prefix, id);
      if (createdAtMs === undefined || this.now() - createdAtMs > TRY_LIFE_MS || names.has(`${id}/${retry}`)) continue;
      const { won } = await this.records.commitOnce(`${objectKeys.createTry(tenant, route, digest, id)}/${retry}`, {});
      if (won) return id;
    }
    return undefined;
  }
}
