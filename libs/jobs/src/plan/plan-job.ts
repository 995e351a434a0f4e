import { objectKeys, type BulkVia, type EmbeddingsOrder, type JobPlan, type JobRecord } from '#contracts';
import { toSeconds, type AudioDecoder } from '#audio';
import type { GatewayError } from '#platform';
import type { ObjectStore, ObjectStream, RecordStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { JobRecords } from '../records/job-records.js';
import { planEmbeddingsInput } from '../embeddings/plan-embeddings-input.js';
import { deriveInput, isDerived } from '../embeddings/tables/derive-input.js';
import { estimateJob } from '../embeddings/estimate/estimate-job.js';
import { findMeasuredJob } from '../embeddings/estimate/find-measured-job.js';
import { NamedFiles } from '../recordings/named-files.js';
import type { S3Inputs } from '../recordings/s3-inputs.js';
import { isFaultOfUrl, type UrlInputs } from '../recordings/url-inputs.js';
import { whileWanted } from '../recordings/while-wanted.js';
import { planRecording, type PlannedRecording } from '../recordings/plan-recording.js';
import { assertKnown } from '../records/assert-known.js';
import { distinctWork, type FoundRepeats } from '../repeats/repeats-search.js';
import { storeRepeats } from '../repeats/stored-repeats.js';
import { writeRetryInput } from '../retry/write-retry-input.js';
import { openInput } from './open-input.js';
import { planBatchInput, type PlannedInput } from './plan-batch-input.js';

export interface JobPlannerOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly models: BulkModels;
  readonly s3Inputs: S3Inputs;
  readonly urlInputs: UrlInputs;
  readonly maxLines: number;
  readonly maxLineBytes: number;
  readonly chunkLines: number;
  readonly chunkBytes: number;
  /** Absent where this machine has no decoder for recordings. */
  readonly decoder?: AudioDecoder | undefined;
  /** Longest recording in seconds. */
  readonly maxAudioSeconds: number;
  readonly decodeTimeoutMs: number;
  /** Chooses between a model's ways; absent where there is one only. */
  chooseVia?(job: { readonly model: string; readonly lines: number; readonly deadlineMs: number }): BulkVia | undefined;
}

/** A line may be hours of sound: what a worker takes at a time is done soon, and others find something to do. */
const MAX_SPOKEN_LINES = 4;

/** Validates a job's input and stores how it is cut. Doing it twice is doing it once: the first plan stands. */
export class JobPlanner {
  constructor(private readonly options: JobPlannerOptions) {}

  /** @throws GatewayError `storage_unavailable` */
  async plan(tenant: string, jobId: string): Promise<JobRecord | undefined> {
    const { jobs, records } = this.options;
    const record = await jobs.find(tenant, jobId);
    if (record?.status !== 'validating') return record;
    assertKnown(record);
    const stored = await records.read<JobPlan>(objectKeys.plan(tenant, jobId));
    if (stored !== undefined) return await this.accept(record, stored.value);
    if (record.retryOf !== undefined && !(await writeRetryInput(this.options, record, record.retryOf))) {
      return await this.reject(record, MISSING_INPUT);
    }
    const planned = await this.planAny(record);
    if (planned === undefined) {
      return await this.reject(record, record.inputLocation === undefined ? MISSING_INPUT : MISSING_OBJECT);
    }
    if (!planned.ok) return await this.reject(record, planned);
    const found = { version: 1, jobId, ...planned.plan, ...this.viaOf(record, planned.plan) } as const;
    const { repeats } = planned;
    const plan =
      record.dryRun === true
        ? await this.estimated(record, found, repeats)
        : { ...found, ...(await storeRepeats(this.options.store, record, repeats)) };
    const { value } = await records.commitOnce<JobPlan>(objectKeys.plan(tenant, jobId), plan);
    return await this.accept(record, value);
  }

  private viaOf(
    { endpoint, deadlineMs }: JobRecord,
    { model, total: lines }: Pick<JobPlan, 'model' | 'total'>,
  ): Pick<JobPlan, 'via'> {
    // The asynchronous way carries bodies as they are; sound has to be cut and heard first.
    if (endpoint.startsWith('/v1/audio/')) return {};
    const via = this.options.chooseVia?.({ model, lines, deadlineMs });
    return via === undefined ? {} : { via };
  }

  /** A plan without chunks is done as soon as it stands. */
  private async estimated(
    { tenant, embeddings: order }: JobRecord,
    plan: JobPlan,
    repeats: FoundRepeats | undefined,
  ): Promise<JobPlan> {
    const measured = order && (await findMeasuredJob(this.options, tenant, order));
    const packing = this.options.models.target(plan.model, plan.via)?.packing;
    const work = repeats === undefined ? plan : { ...plan, ...distinctWork(repeats) };
    return { ...plan, chunks: [], estimate: estimateJob(work, packing, measured) };
  }

  /** `undefined` where the job has no input. */
  private async planAny(record: JobRecord): Promise<PlannedRecording | undefined> {
    const { embeddings: order, inputUrl } = record;
    if (order !== undefined && isDerived(record)) return await this.planDerived(record, order);
    const input =
      inputUrl === undefined ? await openInput(this.options, record) : await this.fetchInput(record, inputUrl);
    if (input === undefined || 'errors' in input) return input;
    try {
      return await this.planOpened(record, input);
    } finally {
      input.body.destroy();
    }
  }

  private async planOpened(record: JobRecord, input: ObjectStream): Promise<PlannedRecording> {
    const { tenant, inputFileId, transcription: order } = record;
    if (order !== undefined) {
      const { decoder, ...rules } = this.options;
      return await whileWanted(this.options.jobs, record, async (signal) =>
        planRecording(record, order, input, { ...rules, decoder, signal }),
      );
    }
    const source = { key: objectKeys.fileContent(tenant, inputFileId), etag: input.etag, bytes: input.size };
    return withSource(await this.planInput(record, input), source);
  }

  /** The lines are written apart first; chunks are ranges of those. */
  private async planDerived(record: JobRecord, order: EmbeddingsOrder): Promise<PlannedRecording | undefined> {
    const { models, jobs, store } = this.options;
    const refusal = models.refusal(order.model, record.endpoint);
    if (refusal !== undefined) return { ok: false, errors: [{ ...refusal, param: 'model', line: null }] };
    const derived = await whileWanted(jobs, record, async (signal) =>
      deriveInput(record, order, () => openInput(this.options, record), { ...this.options, signal }),
    );
    if (derived?.ok !== true) return derived;
    const { key, etag } = derived.input;
    const lines = await store.getStream(key, { ifMatch: etag });
    return withSource(await this.planInput(record, lines).finally(() => lines.body.destroy()), derived.input);
  }

  private async planInput(record: JobRecord, { body }: ObjectStream): Promise<PlannedInput> {
    const { endpoint, embeddings: order } = record;
    const rules = {
      ...this.options,
      chunk: { maxLines: this.options.chunkLines, maxBytes: this.options.chunkBytes },
      refuseModel: (model: string) => this.options.models.refusal(model, endpoint),
    };
    if (order !== undefined) return await planEmbeddingsInput(body, { ...rules, order });
    if (endpoint !== '/v1/audio/transcriptions') return await planBatchInput(body, { ...rules, endpoint });
    const named = new NamedFiles(this.options, record);
    const chunk = { ...rules.chunk, maxLines: Math.min(rules.chunk.maxLines, MAX_SPOKEN_LINES) };
    const refuseBody = named.refuse.bind(named);
    const planned = await planBatchInput(body, { ...rules, endpoint, chunk, refuseBody });
    const errors = planned.ok ? await named.hold() : [];
    return errors.length === 0 ? planned : { ok: false, errors };
  }

  /** @returns why its address is not read, where it is not. */
  private async fetchInput(record: JobRecord, url: string): Promise<ObjectStream | Refusal> {
    const { jobs, urlInputs } = this.options;
    try {
      return await whileWanted(jobs, record, async (signal) => urlInputs.open(record, url, signal));
    } catch (error) {
      if (isFaultOfUrl(error)) return refusalOf(error);
      throw error;
    }
  }

  private async accept({ tenant, id }: JobRecord, { model, total, recording, estimate }: JobPlan): Promise<JobRecord> {
    const length = recording === undefined ? {} : { audioSeconds: toSeconds(recording.samples) };
    return await this.options.jobs.apply(tenant, id, {
      kind: 'planned',
      model,
      total,
      ...length,
      ...(estimate === undefined ? {} : { estimate }),
    });
  }

  private async reject({ tenant, id }: JobRecord, planned: Refusal): Promise<JobRecord> {
    return await this.options.jobs.apply(tenant, id, { kind: 'rejected', errors: planned.errors });
  }
}

function withSource(planned: PlannedInput, input: JobPlan['input']): PlannedRecording {
  if (!planned.ok) return planned;
  const { ok: _, repeats, ...found } = planned;
  return { ok: true, plan: { ...found, input }, ...(repeats === undefined ? {} : { repeats }) };
}

type Refusal = Extract<PlannedInput, { ok: false }>;

function refusalOf({ reason, message }: GatewayError): Refusal {
  return { ok: false, errors: [{ code: reason, message, param: 'input_url', line: null }] };
}

const MISSING_INPUT: Refusal = {
  ok: false,
  errors: [
    { code: 'file_not_found', message: 'The input file has no content any more.', param: 'input_file_id', line: null },
  ],
};
const MISSING_OBJECT: Refusal = {
  ok: false,
  errors: [
    {
      code: 'file_not_found',
      message: 'There is no such object in the bucket, or it may not be read.',
      param: 'input_s3',
      line: null,
    },
  ],
};
