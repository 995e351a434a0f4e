import { toListPage, type CreateJobDto, type JobObject, type JobRecord, type ListPageObject } from '#contracts';
import { GatewayError, newTimeOrderedId } from '#platform';
import type { BatchCaller } from '../batches/batches.port.js';
import type { JobCommands } from '../commands/job-commands.js';
import { chooseInputFormat, formatOfName } from '../embeddings/choose-input-format.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import { JOB_PREFIX, JOBS_FACE } from '../records/job-faces.js';
import type { JobRecords } from '../records/job-records.js';
import { checkS3Input, type S3InputRule } from '../recordings/s3-inputs.js';
import { newRecord, type RecordSeed } from '../records/new-record.js';
import type { JobResults, ResultQuery, ResultReader } from '../results/result-reader.js';
import type { JobRetrier } from '../retry/job-retrier.js';
import { embeddingsOrder } from './embeddings-order.js';
import { transcriptionOrder, type JobOrder } from './job-orders.js';
import { Jobs } from './jobs.port.js';
import { isRunning, renderJob } from './render-job.js';

export interface StoredJobsOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly commands: JobCommands;
  readonly retrier: JobRetrier;
  readonly results: ResultReader;
  readonly live: LiveCounts;
  readonly s3InputRules: readonly S3InputRule[];
  readonly now?: () => number;
}

const PURPOSES = ['batch', 'user_data'] as const;
const DEFAULT_WINDOW = '24h';

/** The engine's own face: every job as a record in the object store. */
export class StoredJobs extends Jobs {
  private readonly now: () => number;

  constructor(private readonly options: StoredJobsOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  async create({ tenant, keyId }: BatchCaller, request: CreateJobDto): Promise<JobObject> {
    const nowMs = this.now();
    const record = newRecord(
      {
        id: newTimeOrderedId(JOB_PREFIX, nowMs),
        tenant,
        keyId,
        completionWindow: request.completion_window ?? DEFAULT_WINDOW,
        metadata: request.metadata ?? null,
        outputExpiresAfterSeconds: request.output_expires_after?.seconds ?? null,
        ...(request.priority ? { priority: request.priority } : {}),
        ...this.source(tenant, request),
        ...(await this.order(tenant, request)),
      },
      nowMs,
    );
    return await this.render(await this.options.commands.accept(record, PURPOSES));
  }

  private source(tenant: string, request: CreateJobDto): Pick<RecordSeed, 'inputFileId' | 'inputLocation'> {
    const { input_file_id: inputFileId, input_s3: inputLocation } = request;
    if (inputLocation == null) return { inputFileId: inputFileId ?? '' };
    if (inputFileId != null) {
      const message = "Invalid 'input_s3': send it or 'input_file_id', not both.";
      throw new GatewayError('invalid_value', message, { param: 'input_s3' });
    }
    checkS3Input(this.options.s3InputRules, tenant, inputLocation);
    return { inputFileId: '', inputLocation };
  }

  private async order(tenant: string, request: CreateJobDto): Promise<JobOrder> {
    if (request.type === 'transcription') {
      if (request.dry_run === true) throw noDryRun();
      return transcriptionOrder(request);
    }
    const { input_file_id: fileId, input_s3: location } = request;
    const found =
      location == null ? await chooseInputFormat(this.options.files, tenant, fileId ?? '') : formatOfName(location);
    return embeddingsOrder(request, found);
  }

  async retrieve(tenant: string, jobId: string): Promise<JobObject> {
    return await this.render(await this.read(tenant, jobId));
  }

  async list(
    tenant: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<ListPageObject<JobObject>> {
    if (query.after !== undefined && !JOBS_FACE.owns(query.after)) {
      throw new GatewayError(
        'invalid_value',
        "Invalid 'after': expected the id of a job, as the page before ended with.",
        { param: 'after' },
      );
    }
    const page = await this.options.jobs.page(tenant, query, JOBS_FACE);
    return toListPage(await Promise.all(page.records.map((record) => this.render(record))), page.hasMore);
  }

  async cancel(tenant: string, jobId: string): Promise<JobObject> {
    return await this.render(await this.options.commands.cancel(await this.read(tenant, jobId)));
  }

  async retry({ tenant, keyId }: BatchCaller, jobId: string): Promise<JobObject> {
    return await this.render(await this.options.retrier.retry(keyId, await this.read(tenant, jobId)));
  }

  async results(tenant: string, jobId: string, query: ResultQuery): Promise<JobResults> {
    return await this.options.results.open(await this.read(tenant, jobId), query);
  }

  private async read(tenant: string, jobId: string): Promise<JobRecord> {
    return await this.options.jobs.read(tenant, jobId, JOBS_FACE);
  }

  private async render(record: JobRecord): Promise<JobObject> {
    if (!isRunning(record)) return renderJob(record, undefined);
    const [chunks, waiting] = await Promise.all([
      this.options.live.measure(record.id),
      this.options.live.readWaiting(record.id),
    ]);
    return renderJob(record, { chunks: chunks ?? [], waiting, nowMs: this.now() });
  }
}

function noDryRun(): GatewayError {
  return new GatewayError('invalid_value', "Invalid 'dry_run': only embeddings are estimated.", { param: 'dry_run' });
}
