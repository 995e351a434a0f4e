import { toListPage, type CreateJobDto, type JobObject, type JobRecord, type ListPageObject } from '#contracts';
import { GatewayError } from '#platform';
import type { BatchCaller } from '../batches/batches.port.js';
import type { JobCommands } from '../commands/job-commands.js';
import type { CreateAttempt } from '../creates/creates.types.js';
import { digestRequest } from '../creates/digest-request.js';
import type { IdempotentCreates } from '../creates/idempotent-creates.js';
import { chooseInputFormat, formatOfName } from '../embeddings/choose-input-format.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { LiveCounts } from '../queue/job-queue.port.js';
import { JOB_PREFIX, JOBS_FACE } from '../records/job-faces.js';
import type { JobRecords } from '../records/job-records.js';
import { checkS3Input, type S3InputRule } from '../recordings/s3-inputs.js';
import type { UrlInputs } from '../recordings/url-inputs.js';
import { newRecord, type RecordSeed } from '../records/new-record.js';
import type { JobResults, ResultQuery, ResultReader } from '../results/result-reader.js';
import type { JobRetrier } from '../retry/job-retrier.js';
import { embeddingsOrder } from './embeddings-order.js';
import { inputPlace } from './input-place.js';
import { transcriptionOrder, type JobOrder } from './job-orders.js';
import { Jobs, type JobLook } from './jobs.port.js';
import { isRunning, renderJob } from './render-job.js';

export interface StoredJobsOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly commands: JobCommands;
  readonly creates: IdempotentCreates;
  readonly retrier: JobRetrier;
  readonly results: ResultReader;
  readonly live: LiveCounts;
  readonly s3InputRules: readonly S3InputRule[];
  readonly urlInputs: Pick<UrlInputs, 'check'>;
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

  async create(caller: BatchCaller, request: CreateJobDto, attempt?: CreateAttempt): Promise<JobObject> {
    const { tenant } = caller;
    const source = this.source(tenant, request);
    return await this.options.creates.run({
      tenant,
      route: 'jobs',
      digest: digestRequest(request),
      prefix: JOB_PREFIX,
      attempt,
      find: async (id) => {
        const record = await this.options.jobs.find(tenant, id);
        return record && (await this.render(record));
      },
      make: async (place) => {
        const seed = { ...commonSeed(place.id, caller, request), ...source };
        const known = orderAtOnce(request);
        const complete = async (): Promise<JobRecord> => {
          const [order] = await Promise.all([known ?? this.orderOfFile(tenant, request), place.note()]);
          return newRecord({ ...seed, ...order }, place.createdAtMs);
        };
        return await this.render(await this.options.commands.acceptDraft(seed, PURPOSES, complete));
      },
    });
  }

  private source(
    tenant: string,
    request: CreateJobDto,
  ): Pick<RecordSeed, 'inputFileId' | 'inputLocation' | 'inputUrl'> {
    const place = inputPlace(request);
    const { s3InputRules, urlInputs } = this.options;
    switch (place.param) {
      case 'input_file_id':
        return { inputFileId: place.value };
      case 'input_s3':
        checkS3Input(s3InputRules, tenant, place.value);
        return { inputFileId: '', inputLocation: place.value };
      case 'input_url':
        return { inputFileId: '', inputUrl: urlInputs.check(place.value) };
    }
  }

  private async orderOfFile(tenant: string, request: CreateJobDto): Promise<JobOrder> {
    const { input_file_id: fileId } = request;
    return embeddingsOrder(request, await chooseInputFormat(this.options.files, tenant, fileId ?? ''));
  }

  async retrieve(tenant: string, jobId: string): Promise<JobObject> {
    return await this.render(await this.read(tenant, jobId));
  }

  async look(tenant: string, jobId: string): Promise<JobLook> {
    const { record, revision } = await this.options.jobs.readRevision(tenant, jobId, JOBS_FACE);
    return { job: await this.render(record), revision };
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

/** `undefined` where the file must be looked at. Its name also tells what stands between the fields of a table. */
function orderAtOnce(request: CreateJobDto): JobOrder | undefined {
  if (request.type === 'transcription') return transcriptionOrder(request);
  const { input_s3: location, input_format: format, delimiter } = request;
  if (location != null) return embeddingsOrder(request, formatOfName(location));
  const isKnown = format != null && (format !== 'csv' || delimiter != null);
  return isKnown ? embeddingsOrder(request, undefined) : undefined;
}

function commonSeed(
  id: string,
  { tenant, keyId }: BatchCaller,
  request: CreateJobDto,
): Omit<RecordSeed, keyof JobOrder | 'inputFileId'> {
  return {
    id,
    tenant,
    keyId,
    completionWindow: request.completion_window ?? DEFAULT_WINDOW,
    metadata: request.metadata ?? null,
    outputExpiresAfterSeconds: request.output_expires_after?.seconds ?? null,
    ...(request.priority ? { priority: request.priority } : {}),
  };
}
