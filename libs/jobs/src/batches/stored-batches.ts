import { toListPage, type BatchObject, type CreateBatchDto, type JobRecord, type ListPageObject } from '#contracts';
import { GatewayError } from '#platform';
import type { JobCommands } from '../commands/job-commands.js';
import type { CreateAttempt, CreatePlace } from '../creates/creates.types.js';
import { digestRequest } from '../creates/digest-request.js';
import type { IdempotentCreates } from '../creates/idempotent-creates.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import { BATCH_FACE, BATCH_PREFIX } from '../records/job-faces.js';
import type { JobRecords } from '../records/job-records.js';
import { newRecord } from '../records/new-record.js';
import { renderBatch } from '../records/render-batch.js';
import type { JobResults, ResultQuery, ResultReader } from '../results/result-reader.js';
import type { JobRetrier } from '../retry/job-retrier.js';
import { Batches, type BatchCaller } from './batches.port.js';

export interface StoredBatchesOptions {
  readonly jobs: JobRecords;
  readonly commands: JobCommands;
  readonly creates: IdempotentCreates;
  readonly retrier: JobRetrier;
  readonly results: ResultReader;
  readonly live: LiveCounts;
}

/** Batches as records in the object store; the queue only hears of them. */
export class StoredBatches extends Batches {
  constructor(private readonly options: StoredBatchesOptions) {
    super();
  }

  async create(caller: BatchCaller, request: CreateBatchDto, attempt?: CreateAttempt): Promise<BatchObject> {
    const { tenant } = caller;
    return await this.options.creates.run({
      tenant,
      route: 'batches',
      digest: digestRequest(request),
      prefix: BATCH_PREFIX,
      attempt,
      find: async (id) => {
        const record = await this.options.jobs.find(tenant, id);
        return record && (await this.render(record));
      },
      make: async (place) => {
        const record = batchRecord(place, caller, request);
        const complete = async (): Promise<JobRecord> => {
          await place.note();
          return record;
        };
        return renderBatch(await this.options.commands.acceptDraft(record, ['batch'], complete), undefined);
      },
    });
  }

  async retrieve(tenant: string, batchId: string): Promise<BatchObject> {
    return await this.render(await this.options.jobs.read(tenant, batchId));
  }

  async list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<BatchObject>> {
    if (query.after !== undefined && !BATCH_FACE.owns(query.after)) {
      throw new GatewayError(
        'invalid_value',
        "Invalid 'after': expected the id of a batch, as the page before ended with.",
        {
          param: 'after',
        },
      );
    }
    const page = await this.options.jobs.page(tenant, query);
    return toListPage(await Promise.all(page.records.map((record) => this.render(record))), page.hasMore);
  }

  async cancel(tenant: string, batchId: string): Promise<BatchObject> {
    return await this.render(await this.options.commands.cancel(await this.options.jobs.read(tenant, batchId)));
  }

  async retry({ tenant, keyId }: BatchCaller, batchId: string): Promise<BatchObject> {
    return await this.render(await this.options.retrier.retry(keyId, await this.options.jobs.read(tenant, batchId)));
  }

  async results(tenant: string, batchId: string, query: ResultQuery): Promise<JobResults> {
    return await this.options.results.open(await this.options.jobs.read(tenant, batchId), query);
  }

  private async render(record: JobRecord): Promise<BatchObject> {
    const running = record.status === 'in_progress' || record.status === 'finalizing' || record.status === 'cancelling';
    return renderBatch(record, running ? await this.options.live.read(record.id, record.total) : undefined);
  }
}

function batchRecord(place: CreatePlace, { tenant, keyId }: BatchCaller, request: CreateBatchDto): JobRecord {
  return newRecord(
    {
      id: place.id,
      kind: 'batch',
      tenant,
      keyId,
      endpoint: request.endpoint,
      inputFileId: request.input_file_id,
      completionWindow: request.completion_window,
      metadata: request.metadata ?? null,
      outputExpiresAfterSeconds: request.output_expires_after?.seconds ?? null,
      ...(request.priority ? { priority: request.priority } : {}),
    },
    place.createdAtMs,
  );
}
