import { createHash, hash } from 'node:crypto';
import { TERMINAL_STATUSES, type JobObject, type JobRecord, type TranscriptionFormat } from '#contracts';
import { renderTranscript } from '#inference';
import { GatewayError, newTimeOrderedId } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import type { BatchCaller } from '../batches/batches.port.js';
import type { JobCommands } from '../commands/job-commands.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { Jobs } from '../jobs-face/jobs.port.js';
import type { PlanReader } from '../plan/plan-reader.js';
import { JOB_PREFIX, JOBS_FACE } from '../records/job-faces.js';
import type { JobRecords } from '../records/job-records.js';
import { newRecord } from '../records/new-record.js';
import { judgeEnd } from './judge-end.js';
import { readTranscript } from './read-transcript.js';
import type { RecordingJoins } from './recording-joins.js';
import { TranscriptFollower } from './transcript-follower.js';
import {
  Recordings,
  type RecordingFollower,
  type RecordingRequest,
  type RecordingState,
  type RecordingTicket,
  type RenderedText,
} from './recordings.port.js';

export interface StoredRecordingsOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly plans: PlanReader;
  readonly commands: JobCommands;
  readonly joins: RecordingJoins;
  readonly face: Pick<Jobs, 'retrieve'>;
  readonly now?: () => number;
}

/** Nobody asked for these files to be kept; a day is enough for a retry to find what it joins. */
const KEPT_SECONDS = 86_400;
const PURPOSES = ['user_data'] as const;

/** Recordings as files and jobs in the object store. */
export class StoredRecordings extends Recordings {
  private readonly now: () => number;

  constructor(private readonly options: StoredRecordingsOptions) {
    super();
    this.now = options.now ?? Date.now;
  }

  async start(caller: BatchCaller, request: RecordingRequest): Promise<RecordingTicket> {
    const { files, commands, joins } = this.options;
    const { tenant, keyId } = caller;
    const digester = createHash('sha256');
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of request.content) {
        digester.update(piece);
        yield piece;
      }
    };
    const { filename, signal, endpoint } = request;
    const stored = { tenant, filename, purpose: 'user_data', expiresAfterSeconds: KEPT_SECONDS } as const;
    const file = await files.create({ ...stored, content: content(), ...(signal === undefined ? {} : { signal }) });
    const order = request.order();
    const digest = hash('sha256', JSON.stringify([digester.digest('hex'), endpoint, order]), 'hex');
    const joinedAtMs = this.now();
    const running = request.isRetry ? await this.findRunning(tenant, digest) : undefined;
    if (running !== undefined) {
      await joins.write(tenant, digest, { jobId: running.id, joinedAtMs });
      await files.delete(tenant, file.id);
      return { jobId: running.id, digest, joinedAtMs };
    }
    const jobId = newTimeOrderedId(JOB_PREFIX, joinedAtMs);
    // First, so that a retry that comes while the job is being made finds it.
    await joins.write(tenant, digest, { jobId, joinedAtMs });
    const seed = {
      id: jobId,
      kind: 'transcription',
      tenant,
      keyId,
      endpoint,
      inputFileId: file.id,
      completionWindow: '24h',
      metadata: null,
      outputExpiresAfterSeconds: KEPT_SECONDS,
      transcription: order,
    } as const;
    await commands.accept(newRecord(seed, joinedAtMs), PURPOSES);
    return { jobId, digest, joinedAtMs };
  }

  async show(tenant: string, jobId: string): Promise<JobObject> {
    return await this.options.face.retrieve(tenant, jobId);
  }

  async look(tenant: string, jobId: string): Promise<RecordingState> {
    const record = await this.read(tenant, jobId);
    if (!TERMINAL_STATUSES.has(record.status)) return { kind: 'running' };
    const error = judgeEnd(record);
    return error === undefined ? { kind: 'done' } : { kind: 'failed', error };
  }

  async transcript(
    tenant: string,
    jobId: string,
    { format }: { readonly format?: TranscriptionFormat | undefined } = {},
  ): Promise<RenderedText> {
    const record = await this.read(tenant, jobId);
    const { transcript, isComplete } = await readTranscript(this.options, record).catch(explainFor(record));
    const task = record.endpoint === '/v1/audio/translations' ? 'translate' : 'transcribe';
    const { granularities } = record.transcription;
    return {
      ...renderTranscript(transcript, { granularities, format: format ?? record.transcription.format, task }),
      isComplete,
    };
  }

  async follow(tenant: string, jobId: string): Promise<RecordingFollower> {
    const record = await this.read(tenant, jobId);
    const follower = new TranscriptFollower(this.options, record);
    return { next: async () => await follower.next().catch(explainFor(record)) };
  }

  async abandon(tenant: string, ticket: RecordingTicket): Promise<void> {
    const { joins, commands } = this.options;
    const join = await joins.read(tenant, ticket.digest);
    if (join?.jobId !== ticket.jobId || join.joinedAtMs > ticket.joinedAtMs) return;
    await joins.remove(tenant, ticket.digest);
    const record = await this.read(tenant, ticket.jobId);
    if (!TERMINAL_STATUSES.has(record.status)) await commands.cancel(record);
  }

  private async findRunning(tenant: string, digest: string): Promise<JobRecord | undefined> {
    const join = await this.options.joins.read(tenant, digest);
    if (join === undefined) return undefined;
    const record = await this.options.jobs.find(tenant, join.jobId);
    const isOver = record === undefined || record.status === 'cancelling' || judgeEnd(record) !== undefined;
    return isOver ? undefined : record;
  }

  private async read(tenant: string, jobId: string): Promise<RecordingRecord> {
    const record = await this.options.jobs.read(tenant, jobId, JOBS_FACE);
    const { transcription } = record;
    if (transcription === undefined) throw notTranscribed(jobId);
    return { ...record, transcription };
  }
}

type RecordingRecord = JobRecord & Required<Pick<JobRecord, 'transcription'>>;

function notTranscribed(jobId: string): GatewayError {
  return new GatewayError('invalid_request', `${jobId} transcribes nothing. Read its results instead.`, {
    param: 'id',
  });
}

function explainFor(record: JobRecord) {
  return (error: unknown): never => {
    throw GatewayError.is(error, 'not_found') ? partsAreGone(record, error) : error;
  };
}

/** What chunks have left is collected some time after the job's end; its file stays. */
function partsAreGone({ id, outputFileId }: JobRecord, cause: unknown): GatewayError {
  const remedy = outputFileId === null ? 'Create another job for it.' : `Read its file ${outputFileId}.`;
  return new GatewayError('not_found', `The pieces of ${id} are not kept any more. ${remedy}`, { param: 'id', cause });
}
