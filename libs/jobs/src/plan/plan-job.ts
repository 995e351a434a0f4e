import { objectKeys, type BulkVia, type JobPlan, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import { toSeconds, type AudioDecoder } from '#audio';
import type { ObjectStore, ObjectStream, RecordStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { JobRecords } from '../records/job-records.js';
import { planEmbeddingsInput } from '../embeddings/plan-embeddings-input.js';
import { NamedFiles } from '../recordings/named-files.js';
import type { S3Inputs } from '../recordings/s3-inputs.js';
import { isFaultOfUrl, type UrlInputs } from '../recordings/url-inputs.js';
import { whileWanted } from '../recordings/while-wanted.js';
import { planRecording, type PlannedRecording } from '../recordings/plan-recording.js';
import { assertKnown } from '../records/assert-known.js';
import { writeRetryInput } from '../retry/write-retry-input.js';
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
    const input = await this.openInput(record);
    if ('errors' in input) return await this.reject(record, input);
    const planned = await this.planAny(record, input).finally(() => input.body.destroy());
    if (!planned.ok) return await this.reject(record, planned);
    const { model, total } = planned.plan;
    // The asynchronous way carries bodies as they are; sound has to be cut and heard first.
    const isSpoken = record.endpoint.startsWith('/v1/audio/');
    const via = isSpoken ? undefined : this.options.chooseVia?.({ model, lines: total, deadlineMs: record.deadlineMs });
    const plan = { version: 1, jobId, ...planned.plan, ...(via === undefined ? {} : { via }) } as const;
    const { value } = await records.commitOnce<JobPlan>(objectKeys.plan(tenant, jobId), plan);
    return await this.accept(record, value);
  }

  private async planAny(record: JobRecord, input: ObjectStream): Promise<PlannedRecording> {
    const { tenant, inputFileId, transcription: order } = record;
    if (order !== undefined) {
      const { decoder, ...rules } = this.options;
      return await whileWanted(this.options.jobs, record, async (signal) =>
        planRecording(record, order, input, { ...rules, decoder, signal }),
      );
    }
    const planned = await this.planInput(record, input);
    if (!planned.ok) return planned;
    const { model, total, chunks } = planned;
    const source = { key: objectKeys.fileContent(tenant, inputFileId), etag: input.etag, bytes: input.size };
    return { ok: true, plan: { model, input: source, total, chunks } };
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

  private async openInput(record: JobRecord): Promise<ObjectStream | Refusal> {
    const { tenant, inputLocation, inputUrl } = record;
    const { jobs, s3Inputs, store, urlInputs } = this.options;
    try {
      if (inputLocation !== undefined) return (await s3Inputs.open(tenant, inputLocation)) ?? MISSING_OBJECT;
      if (inputUrl === undefined) return await store.getStream(objectKeys.fileContent(tenant, record.inputFileId));
      return await whileWanted(jobs, record, async (signal) => urlInputs.open(record, inputUrl, signal));
    } catch (error) {
      if (inputUrl !== undefined && isFaultOfUrl(error)) return refusalOf(error);
      if (!GatewayError.is(error, 'not_found') && !GatewayError.is(error, 'invalid_value')) throw error;
      return inputLocation === undefined ? MISSING_INPUT : MISSING_OBJECT;
    }
  }

  private async accept({ tenant, id }: JobRecord, { model, total, recording }: JobPlan): Promise<JobRecord> {
    const length = recording === undefined ? {} : { audioSeconds: toSeconds(recording.samples) };
    return await this.options.jobs.apply(tenant, id, { kind: 'planned', model, total, ...length });
  }

  private async reject({ tenant, id }: JobRecord, planned: Refusal): Promise<JobRecord> {
    return await this.options.jobs.apply(tenant, id, { kind: 'rejected', errors: planned.errors });
  }
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
