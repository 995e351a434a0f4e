import { objectKeys, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { transition, type JobEvent } from './transition.js';

export interface JobPage {
  readonly records: readonly JobRecord[];
  readonly hasMore: boolean;
}

/** Reads and changes job records; the state machine's only door to the store. */
export class JobRecords {
  constructor(
    private readonly store: ObjectStore,
    private readonly records: RecordStore,
    private readonly now: () => number = Date.now,
  ) {}

  /** The record comes last of what a create writes: it is the commit. */
  async create(record: JobRecord): Promise<void> {
    await this.records.create(objectKeys.jobRecord(record.tenant, record.id), record);
  }

  /**
   * Comes first of what a create writes: without a record all of it is ignored, and swept away after an hour by way of
   * the marker, which names the input that the create holds.
   */
  async mark(tenant: string, jobId: string, inputFileId: string): Promise<void> {
    await this.store.put(objectKeys.activeMarker(tenant, jobId), inputFileId);
  }

  async enterIndex(tenant: string, jobId: string): Promise<void> {
    await this.store.put(objectKeys.jobIndexEntry(tenant, jobId), '');
  }

  async find(tenant: string, jobId: string): Promise<JobRecord | undefined> {
    return (await this.records.read<JobRecord>(objectKeys.jobRecord(tenant, jobId)))?.value;
  }

  /** @throws GatewayError `not_found` */
  async read(tenant: string, jobId: string): Promise<JobRecord> {
    const record = isBatchId(jobId) ? await this.find(tenant, jobId) : undefined;
    if (record === undefined) {
      throw new GatewayError('not_found', `No such Batch object: ${jobId.slice(0, 100)}`, { param: 'id' });
    }
    return record;
  }

  /** Applies an event by compare-and-swap and returns the record as it is then, changed or not. */
  async apply(tenant: string, jobId: string, event: JobEvent): Promise<JobRecord> {
    const updated = await this.records.update<JobRecord>(objectKeys.jobRecord(tenant, jobId), (current) =>
      transition(current, event, this.now()),
    );
    return updated.value;
  }

  /**
   * Newest first. Two requests in a row: one LIST of the index, then the page's records side by side; more only where
   * entries without a record stand in between, since an empty page would end a caller's paging.
   */
  async page(tenant: string, query: { readonly after?: string; readonly limit: number }): Promise<JobPage> {
    const prefix = objectKeys.jobIndex(tenant);
    const records: JobRecord[] = [];
    let after = query.after;
    for (;;) {
      const { objects, truncated } = await this.store.list(prefix, {
        limit: query.limit + 1,
        ...(after === undefined ? {} : { startAfter: `${prefix}${after}` }),
      });
      const ids = objects.map(({ key }) => key.slice(prefix.length));
      const found = await Promise.all(ids.map((id) => this.find(tenant, id)));
      records.push(...found.filter((record) => record !== undefined));
      after = ids.at(-1);
      if (records.length <= query.limit && truncated && after !== undefined) continue;
      return { records: records.slice(0, query.limit), hasMore: records.length > query.limit };
    }
  }

  /** The markers of all jobs that may still need work, over all tenants. */
  async *activeMarkers(): AsyncGenerator<{ readonly key: string; readonly writtenAt: Date }> {
    let startAfter: string | undefined;
    for (;;) {
      const page = await this.store.list(objectKeys.active, startAfter === undefined ? {} : { startAfter });
      for (const { key, lastModified } of page.objects) yield { key, writtenAt: lastModified };
      startAfter = page.objects.at(-1)?.key;
      if (!page.truncated || startAfter === undefined) return;
    }
  }

  async removeMarker(tenant: string, jobId: string): Promise<void> {
    await this.store.delete([objectKeys.activeMarker(tenant, jobId)]);
  }

  /** The input that a create held, as its marker says; `undefined` where there is no marker. */
  async inputOfMarker(tenant: string, jobId: string): Promise<string | undefined> {
    try {
      return (await this.store.get(objectKeys.activeMarker(tenant, jobId))).body.toString();
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return undefined;
      throw error;
    }
  }

  /** Removes what a create that never reached its record left behind, the marker last, as it leads to the rest. */
  async removeOrphan(tenant: string, jobId: string): Promise<void> {
    await this.store.delete([objectKeys.jobIndexEntry(tenant, jobId)]);
    await this.removeMarker(tenant, jobId);
  }
}

/** Ids come from callers and become keys, so their shape is checked before the store is asked. */
export function isBatchId(id: string): boolean {
  return /^batch_[0-9a-z]{21}$/.test(id);
}
