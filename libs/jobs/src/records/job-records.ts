import { objectKeys, parseActiveMarker, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { listPages } from '../objects/list-pages.js';
import { createSettled } from './create-settled.js';
import { BATCH_FACE, type JobFace } from './job-faces.js';
import { transition, type JobEvent } from './transition.js';

export interface JobPage {
  readonly records: readonly JobRecord[];
  readonly hasMore: boolean;
}

export interface RecordRevision {
  readonly record: JobRecord;
  readonly revision: number;
}

/** Reads and changes job records; the state machine's only door to the store. */
export class JobRecords {
  constructor(
    private readonly store: ObjectStore,
    private readonly records: RecordStore,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The record comes last of what a create writes: it is the commit. An error says that the job never runs.
   *
   * @returns the record that stands there then.
   */
  async createOnce(record: JobRecord): Promise<JobRecord> {
    return await createSettled(this.records, objectKeys.jobRecord(record.tenant, record.id), record);
  }

  /**
   * Comes first of what a create writes: without a record all of it is ignored, and swept away after an hour by way of
   * the marker, which names the files that the create holds, one a line.
   */
  async mark(tenant: string, jobId: string, fileIds: readonly string[]): Promise<void> {
    await this.store.put(objectKeys.activeMarker(tenant, jobId), fileIds.join('\n'));
  }

  async enterIndex(tenant: string, jobId: string): Promise<void> {
    await this.store.put(objectKeys.jobIndexEntry(tenant, jobId), '');
  }

  async find(tenant: string, jobId: string): Promise<JobRecord | undefined> {
    return (await this.findRevision(tenant, jobId))?.record;
  }

  /** @throws GatewayError `not_found`, also for a job that does not show in this face. */
  async read(tenant: string, jobId: string, face: JobFace = BATCH_FACE): Promise<JobRecord> {
    return (await this.readRevision(tenant, jobId, face)).record;
  }

  /** As `read`, with the number of the write that it shows. */
  async readRevision(tenant: string, jobId: string, face: JobFace): Promise<RecordRevision> {
    const found = face.owns(jobId) ? await this.findRevision(tenant, jobId) : undefined;
    if (found === undefined) {
      throw new GatewayError('not_found', `No such ${face.name} object: ${jobId.slice(0, 100)}`, { param: 'id' });
    }
    return found;
  }

  private async findRevision(tenant: string, jobId: string): Promise<RecordRevision | undefined> {
    const found = await this.records.read<JobRecord>(objectKeys.jobRecord(tenant, jobId));
    if (found === undefined || found.value.withdrawn === true) return undefined;
    return { record: found.value, revision: found.revision };
  }

  /** Applies an event by compare-and-swap and returns the record as it is then, changed or not. */
  async apply(tenant: string, jobId: string, event: JobEvent): Promise<JobRecord> {
    const updated = await this.records.update<JobRecord>(objectKeys.jobRecord(tenant, jobId), (current) =>
      transition(current, event, this.now()),
    );
    return updated.value;
  }

  /**
   * Newest first. Two requests in a row: one LIST of the index for each kind of id, side by side, then the page's
   * records; more only where entries without a record stand in between, since an empty page would end a caller's paging.
   */
  async page(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
    face: JobFace = BATCH_FACE,
  ): Promise<JobPage> {
    const records: JobRecord[] = [];
    let after = query.after;
    for (;;) {
      const { ids, more } = await this.idsAfter(tenant, { after, limit: query.limit + 1 }, face);
      const found = await Promise.all(ids.map((id) => this.find(tenant, id)));
      records.push(...found.filter((record) => record !== undefined));
      after = ids.at(-1);
      if (records.length <= query.limit && more && after !== undefined) continue;
      return { records: records.slice(0, query.limit), hasMore: records.length > query.limit };
    }
  }

  /** Behind its prefix an id begins with its inverted time, so ids of several prefixes merge by what follows. */
  private async idsAfter(
    tenant: string,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
    face: JobFace,
  ): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
    const index = objectKeys.jobIndex(tenant);
    const pages = await Promise.all(
      face.prefixes.map(async (prefix) => {
        const startAfter = after === undefined ? {} : { startAfter: `${index}${prefix}${tailOf(after)}` };
        return await this.store.list(`${index}${prefix}`, { limit, ...startAfter });
      }),
    );
    const all = pages.flatMap(({ objects }) => objects.map(({ key }) => key.slice(index.length)));
    const ids = all.toSorted((a, b) => (tailOf(a) < tailOf(b) ? -1 : 1));
    return { ids: ids.slice(0, limit), more: ids.length > limit || pages.some(({ truncated }) => truncated) };
  }

  /** The markers of all jobs that may still need work, of one tenant or over all. */
  async *activeMarkers(tenant?: string): AsyncGenerator<{ readonly key: string; readonly writtenAt: Date }> {
    const prefix = tenant === undefined ? objectKeys.active : objectKeys.activeMarker(tenant, '');
    for await (const { objects } of listPages(this.store, prefix))
      for (const { key, lastModified } of objects) yield { key, writtenAt: lastModified };
  }

  /** Ids of a tenant's jobs that may still need work. */
  async *activeJobs(tenant: string): AsyncGenerator<{ readonly jobId: string }> {
    for await (const { key } of this.activeMarkers(tenant)) {
      const marker = parseActiveMarker(key);
      if (marker !== undefined) yield marker;
    }
  }

  /** Leaves word that the data of an ended job's chunks can be removed after a while. */
  async markEnded(tenant: string, jobId: string): Promise<void> {
    await this.store.put(objectKeys.endedMarker(tenant, jobId), '');
  }

  async removeMarker(tenant: string, jobId: string): Promise<void> {
    await this.store.delete([objectKeys.activeMarker(tenant, jobId)]);
  }

  /** The files that a create held, as its marker says; none where there is no marker. */
  async filesOfMarker(tenant: string, jobId: string): Promise<readonly string[]> {
    try {
      return (await this.store.get(objectKeys.activeMarker(tenant, jobId))).body.toString().split('\n');
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return [];
      throw error;
    }
  }

  /** Removes what a create that never reached its record left behind, the marker last, as it leads to the rest. */
  async removeOrphan(tenant: string, jobId: string): Promise<void> {
    await this.store.delete([objectKeys.jobIndexEntry(tenant, jobId), objectKeys.jobRecord(tenant, jobId)]);
    await this.removeMarker(tenant, jobId);
  }
}

function tailOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}
