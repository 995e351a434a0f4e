import { Readable } from 'node:stream';
import { toListPage, type CreateJobDto, type JobObject, type JobProgress, type ListPageObject } from '#contracts';
import { Jobs, type BatchCaller, type JobLook, type JobResults } from '#jobs';
import { GatewayError, newId } from '#platform';

/** Jobs in memory that never run: what is asked of them is what tests look at. */
export class MemoryJobs extends Jobs {
  readonly created: { caller: BatchCaller; request: CreateJobDto }[] = [];
  readonly queries: { after?: string; limit: number }[] = [];
  /** How often jobs were looked at. */
  looks = 0;
  /** Holds a look up, or makes it fail. */
  beforeLook: () => Promise<void> = () => Promise.resolve();
  private readonly revisions = new Map<string, number>();
  private readonly kept = new Map<string, { tenant: string; job: JobObject }>();

  override create(caller: BatchCaller, request: CreateJobDto): Promise<JobObject> {
    this.created.push({ caller, request });
    const job = toJob(request);
    this.kept.set(job.id, { tenant: caller.tenant, job });
    return Promise.resolve(job);
  }

  override retrieve(tenant: string, jobId: string): Promise<JobObject> {
    this.looks++;
    return Promise.resolve().then(() => this.find(tenant, jobId));
  }

  override look(tenant: string, jobId: string): Promise<JobLook> {
    this.looks++;
    return Promise.resolve().then(async () => {
      await this.beforeLook();
      return { job: this.find(tenant, jobId), revision: this.revisions.get(jobId) ?? 1 };
    });
  }

  override list(tenant: string, query: { after?: string; limit: number }): Promise<ListPageObject<JobObject>> {
    this.queries.push(query);
    const mine = [...this.kept.values()].filter((one) => one.tenant === tenant).map(({ job }) => job);
    return Promise.resolve(toListPage(mine.slice(0, query.limit), mine.length > query.limit));
  }

  override cancel(tenant: string, jobId: string): Promise<JobObject> {
    return Promise.resolve().then(() => this.change(this.find(tenant, jobId).id, { status: 'cancelled' }));
  }

  override retry({ tenant }: BatchCaller, jobId: string): Promise<JobObject> {
    return Promise.resolve().then(() => {
      const source = this.find(tenant, jobId);
      const job = { ...source, id: newId('job_'), status: 'validating', retry_of: source.id } as const;
      this.kept.set(job.id, { tenant, job });
      return job;
    });
  }

  override results(tenant: string, jobId: string): Promise<JobResults> {
    return Promise.resolve().then(() => {
      this.find(tenant, jobId);
      return { body: Readable.from(['{"index":0}\n']), isComplete: true, cursor: undefined };
    });
  }

  /** A change of the record; what has been done meanwhile alone is none. */
  change(jobId: string, changes: Partial<JobObject> & { progress?: JobProgress }): JobObject {
    this.revisions.set(jobId, (this.revisions.get(jobId) ?? 1) + 1);
    return this.advance(jobId, changes);
  }

  advance(jobId: string, { progress, ...more }: Partial<JobObject> & { progress?: JobProgress }): JobObject {
    const one = this.kept.get(jobId);
    if (one === undefined) throw new Error(`no job ${jobId}`);
    const job = { ...one.job, ...more, progress: { ...one.job.progress, ...progress } };
    this.kept.set(jobId, { tenant: one.tenant, job });
    return job;
  }

  private find(tenant: string, jobId: string): JobObject {
    const one = this.kept.get(jobId);
    if (one?.tenant === tenant) return one.job;
    throw new GatewayError('not_found', `No such Job object: ${jobId}`, { param: 'id' });
  }
}

function toJob(request: CreateJobDto): JobObject {
  const created = Math.floor(Date.now() / 1000);
  const id = newId('job_');
  return {
    id,
    object: 'job',
    type: request.type,
    status: 'validating',
    endpoint: '/v1/embeddings',
    model: request.model,
    input_file_id: request.input_file_id ?? null,
    output_file_id: null,
    error_file_id: null,
    results_url: `/v1/jobs/${id}/results`,
    completion_window: request.completion_window ?? '24h',
    priority: request.priority ?? 'normal',
    created_at: created,
    in_progress_at: null,
    finalizing_at: null,
    cancelling_at: null,
    ended_at: null,
    expires_at: created + 86_400,
    progress: { unit: 'lines', total: null, done: 0, failed: 0, per_second: null, eta_seconds: null },
    waiting: null,
    errors: null,
    usage: null,
    metadata: request.metadata ?? null,
    retry_of: null,
  };
}
