import {
  COMPLETION_WINDOWS,
  TERMINAL_STATUSES,
  toListPage,
  type BatchObject,
  type CreateBatchDto,
  type JobHint,
  type JobRecord,
  type ListPageObject,
} from '#contracts';
import { GatewayError, newTimeOrderedId, type Logger } from '#platform';
import type { StoredFiles } from '../files/stored-files.js';
import type { JobQueue, LiveCounts } from '../queue/job-queue.port.js';
import { isBatchId, type JobRecords } from '../records/job-records.js';
import { renderBatch } from '../records/render-batch.js';
import { Batches, type BatchCaller } from './batches.port.js';

export interface StoredBatchesOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly queue: JobQueue;
  readonly live: LiveCounts;
  readonly logger: Logger;
  /** Why no job may be accepted now; `undefined` when jobs are safe. */
  refusal(): string | undefined;
  readonly now?: () => number;
}

/** Batches as records in the object store; the queue only hears of them. */
export class StoredBatches extends Batches {
  private readonly now: () => number;

  constructor(private readonly options: StoredBatchesOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  async create(caller: BatchCaller, request: CreateBatchDto): Promise<BatchObject> {
    const refusal = this.options.refusal();
    if (refusal !== undefined) throw new GatewayError('bulk_unavailable', refusal);
    const nowMs = this.now();
    const record = newRecord(newTimeOrderedId('batch_', nowMs), caller, request, nowMs);
    const { jobs, files } = this.options;
    // The marker first: an entry or a hold that no marker leads to would stay for ever.
    await jobs.mark(record.tenant, record.id, record.inputFileId);
    await Promise.all([
      jobs.enterIndex(record.tenant, record.id),
      files.hold(record.tenant, record.inputFileId, record.id),
    ]);
    await this.checkInput(record);
    await jobs.create(record);
    this.tell(record, 'created');
    return renderBatch(record, undefined);
  }

  async retrieve(tenant: string, batchId: string): Promise<BatchObject> {
    return await this.render(await this.options.jobs.read(tenant, batchId));
  }

  async list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<BatchObject>> {
    if (query.after !== undefined && !isBatchId(query.after)) {
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
    const before = await this.options.jobs.read(tenant, batchId);
    if (TERMINAL_STATUSES.has(before.status)) throw cannotCancel(before);
    const record = await this.options.jobs.apply(tenant, batchId, { kind: 'cancel-requested' });
    if (TERMINAL_STATUSES.has(record.status)) throw cannotCancel(record);
    this.tell(record, 'cancelled');
    return await this.render(record);
  }

  /** Read after the hold stands: a DELETE removes the record first and looks for holds then, so one of the two sees the other. */
  private async checkInput({ tenant, inputFileId, id }: JobRecord): Promise<void> {
    try {
      const file = await this.options.files.retrieve(tenant, inputFileId);
      if (file.purpose === 'batch') return;
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
      await this.withdraw(tenant, inputFileId, id);
      throw new GatewayError('not_found', `No such File object: ${inputFileId.slice(0, 100)}`, {
        param: 'input_file_id',
        cause: error,
      });
    }
    await this.withdraw(tenant, inputFileId, id);
    throw new GatewayError(
      'invalid_value',
      "Invalid 'input_file_id': the file was not uploaded with purpose 'batch'.",
      {
        param: 'input_file_id',
      },
    );
  }

  private async withdraw(tenant: string, fileId: string, jobId: string): Promise<void> {
    await this.options.files.release(tenant, fileId, jobId);
    await this.options.jobs.removeOrphan(tenant, jobId);
  }

  private async render(record: JobRecord): Promise<BatchObject> {
    const running = record.status === 'in_progress' || record.status === 'finalizing' || record.status === 'cancelling';
    return renderBatch(record, running ? await this.options.live.read(record.id, record.total) : undefined);
  }

  /** Behind the answer: what the queue does not take, the next sweep finds. */
  private tell({ tenant, id }: JobRecord, kind: 'created' | 'cancelled'): void {
    const hint: JobHint = { kind, tenant, jobId: id };
    const task = kind === 'created' ? 'plan' : 'finish';
    Promise.all([
      this.options.queue.addControl({ version: 1, task, tenant, jobId: id }),
      this.options.queue.publish(hint),
    ]).catch((error: unknown) => {
      this.options.logger.warn({ jobId: id, error }, 'the queue did not take a job; a sweep will');
    });
  }
}

function newRecord(id: string, caller: BatchCaller, request: CreateBatchDto, nowMs: number): JobRecord {
  return {
    version: 1,
    id,
    kind: 'batch',
    tenant: caller.tenant,
    keyId: caller.keyId,
    endpoint: request.endpoint,
    inputFileId: request.input_file_id,
    completionWindow: request.completion_window,
    metadata: request.metadata ?? null,
    outputExpiresAfterSeconds: request.output_expires_after?.seconds ?? null,
    status: 'validating',
    createdAtMs: nowMs,
    deadlineMs: nowMs + COMPLETION_WINDOWS[request.completion_window] * 1000,
    inProgressAtMs: null,
    finalizingAtMs: null,
    cancellingAtMs: null,
    endedAtMs: null,
    outcome: null,
    model: null,
    total: 0,
    errors: null,
    counts: null,
    usage: null,
    outputFileId: null,
    errorFileId: null,
  };
}

function cannotCancel({ id, status }: JobRecord): GatewayError {
  return new GatewayError('invalid_request', `Cannot cancel the batch ${id}: it has ended with status '${status}'.`, {
    param: 'id',
  });
}
