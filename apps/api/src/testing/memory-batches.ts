import { Readable } from 'node:stream';
import { toListPage, type BatchObject, type BatchStatus, type CreateBatchDto, type ListPageObject } from '#contracts';
import { Batches, type BatchCaller, type JobResults, type ResultQuery } from '#jobs';
import { GatewayError, newId } from '#platform';

/** Batches in memory that never run: what is asked of them is what tests look at. */
export class MemoryBatches extends Batches {
  readonly created: { caller: BatchCaller; request: CreateBatchDto }[] = [];
  readonly queries: { after?: string; limit: number }[] = [];
  readonly resultQueries: ResultQuery[] = [];
  private readonly kept = new Map<string, { tenant: string; batch: BatchObject }>();

  override create(caller: BatchCaller, request: CreateBatchDto): Promise<BatchObject> {
    this.created.push({ caller, request });
    const batch = toBatch(request);
    this.kept.set(batch.id, { tenant: caller.tenant, batch });
    return Promise.resolve(batch);
  }

  override retrieve(tenant: string, batchId: string): Promise<BatchObject> {
    return Promise.resolve().then(() => this.find(tenant, batchId));
  }

  override list(tenant: string, query: { after?: string; limit: number }): Promise<ListPageObject<BatchObject>> {
    this.queries.push(query);
    const mine = [...this.kept.values()].filter((one) => one.tenant === tenant).map(({ batch }) => batch);
    return Promise.resolve(toListPage(mine.slice(0, query.limit), mine.length > query.limit));
  }

  override cancel(tenant: string, batchId: string): Promise<BatchObject> {
    return Promise.resolve().then(() => {
      if (this.find(tenant, batchId).status === 'cancelled') throw new GatewayError('conflict', 'The batch has ended.');
      return this.move(batchId, 'cancelled');
    });
  }

  override retry({ tenant }: BatchCaller, batchId: string): Promise<BatchObject> {
    return Promise.resolve().then(() => {
      const source = this.find(tenant, batchId);
      const batch = { ...source, id: newId('batch_'), status: 'validating', retry_of: source.id } as const;
      this.kept.set(batch.id, { tenant, batch });
      return batch;
    });
  }

  override results(tenant: string, batchId: string, query: ResultQuery): Promise<JobResults> {
    return Promise.resolve().then(() => {
      this.find(tenant, batchId);
      this.resultQueries.push(query);
      return { body: Readable.from(['{"row":1}\n', '{"row":2}\n']), isComplete: false, cursor: '0-1' };
    });
  }

  move(batchId: string, status: BatchStatus): BatchObject {
    const one = this.kept.get(batchId);
    if (one === undefined) throw new Error(`no batch ${batchId}`);
    const batch = { ...one.batch, status };
    this.kept.set(batchId, { tenant: one.tenant, batch });
    return batch;
  }

  private find(tenant: string, batchId: string): BatchObject {
    const one = this.kept.get(batchId);
    if (one?.tenant === tenant) return one.batch;
    throw new GatewayError('not_found', `No batch found with id '${batchId}'.`, { param: 'id' });
  }
}

function toBatch(request: CreateBatchDto): BatchObject {
  const created = Math.floor(Date.now() / 1000);
  return {
    id: newId('batch_'),
    object: 'batch',
    endpoint: request.endpoint,
    model: null,
    errors: null,
    input_file_id: request.input_file_id,
    completion_window: request.completion_window,
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: created,
    in_progress_at: null,
    expires_at: created + 86_400,
    finalizing_at: null,
    completed_at: null,
    failed_at: null,
    expired_at: null,
    cancelling_at: null,
    cancelled_at: null,
    request_counts: { total: 0, completed: 0, failed: 0 },
    usage: null,
    metadata: request.metadata ?? null,
  };
}
