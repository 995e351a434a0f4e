import { objectKeys } from '#contracts';
import type { ObjectStore } from '#storage';
import { GatewayError } from '#platform';

/** What a caller has under way, so that the same request sent again finds it. */
export interface RecordingJoin {
  readonly jobId: string;
  /** When somebody last came to wait for it, Unix milliseconds. */
  readonly joinedAtMs: number;
}

/**
 * One small object per recording that is being waited for, by a digest of the request. A last write wins: the worst that
 * two callers at once can do is to wait for one and the same job.
 */
export class RecordingJoins {
  constructor(private readonly store: ObjectStore) {}

  async read(tenant: string, digest: string): Promise<RecordingJoin | undefined> {
    try {
      const { body } = await this.store.get(objectKeys.recordingJoin(tenant, digest));
      return JSON.parse(body.toString('utf8')) as RecordingJoin;
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return undefined;
      throw error;
    }
  }

  async write(tenant: string, digest: string, join: RecordingJoin): Promise<void> {
    await this.store.put(objectKeys.recordingJoin(tenant, digest), JSON.stringify(join));
  }

  async remove(tenant: string, digest: string): Promise<void> {
    await this.store.delete([objectKeys.recordingJoin(tenant, digest)]);
  }
}
