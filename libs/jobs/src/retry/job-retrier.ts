import { COMPLETION_WINDOWS, objectKeys, TERMINAL_STATUSES, type CompletionWindow, type JobRecord } from '#contracts';
import { GatewayError, newTimeOrderedId, timeOfId, timeOrderedId } from '#platform';
import type { RecordStore } from '#storage';
import { inputIsGone, type JobCommands } from '../commands/job-commands.js';
import type { StoredFiles } from '../files/stored-files.js';
import { BATCH_PREFIX, JOB_PREFIX } from '../records/job-faces.js';
import type { JobRecords } from '../records/job-records.js';
import { retryOrder } from './write-retry-input.js';
import { newRecord } from '../records/new-record.js';

export interface JobRetrierOptions {
  readonly records: RecordStore;
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly commands: JobCommands;
  readonly now?: () => number;
}

interface RetryPointer {
  readonly jobId: string;
}

/**
 * Runs the lines of an ended job that have no answer as a new job. Asking twice gives the same job: which one it is, is
 * written down before it is made. Only a retry that could not even be planned makes room for another.
 */
export class JobRetrier {
  private readonly now: () => number;

  constructor(private readonly options: JobRetrierOptions) {
    this.now = options.now ?? Date.now;
  }

  /** @throws GatewayError `invalid_request` when there is nothing to retry, `not_found` when the input is gone. */
  async retry(keyId: string, source: JobRecord): Promise<JobRecord> {
    const { records, jobs, commands } = this.options;
    const errorFileId = checkRetryable(source);
    for (let attempt = 0; ; attempt++) {
      const key = objectKeys.retry(source.tenant, source.id, attempt);
      const known = await records.read<RetryPointer>(key);
      const made = known === undefined ? undefined : await jobs.find(source.tenant, known.value.jobId);
      if (made?.status === 'failed') continue;
      if (made !== undefined) return made;
      if (known !== undefined && this.isAbandoned(known.value)) continue;
      await this.checkFiles(source, errorFileId);
      const jobId = newTimeOrderedId(source.kind === 'batch' ? BATCH_PREFIX : JOB_PREFIX, this.now());
      const { value } = await records.commitOnce<RetryPointer>(key, { jobId });
      return await commands.accept(retryRecord(value.jobId, keyId, source, errorFileId), RETRY_PURPOSES);
    }
  }

  /** What such a call left is swept away about now; to go on from it would race with that. */
  private isAbandoned({ jobId }: RetryPointer): boolean {
    return this.now() - createdAtOf(jobId) > ABANDONED_MS;
  }

  private async checkFiles({ tenant, id, inputFileId, inputLocation }: JobRecord, errorFileId: string): Promise<void> {
    try {
      const files = inputLocation === undefined ? [inputFileId, errorFileId] : [errorFileId];
      await Promise.all(files.map((fileId) => this.options.files.retrieve(tenant, fileId)));
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
      throw inputIsGone(id, error);
    }
  }
}

/** A call that made no record for so long has died; a sweep removes what it wrote after an hour. */
const ABANDONED_MS = 1_800_000;
const RETRY_PURPOSES = ['batch', 'user_data'] as const;

/** @returns the file that names the lines. */
function checkRetryable({ id, kind, status, errorFileId }: JobRecord): string {
  if (kind === 'transcription') {
    throw new GatewayError('invalid_request', `Cannot retry ${id}: create another job for the recording.`, {
      param: 'id',
    });
  }
  if (TERMINAL_STATUSES.has(status) && errorFileId !== null) return errorFileId;
  const why = TERMINAL_STATUSES.has(status)
    ? 'none of its lines is without an answer'
    : `it has not ended, its status is '${status}'`;
  throw new GatewayError('invalid_request', `Cannot retry ${id}: ${why}.`, { param: 'id' });
}

/** All of it follows from the new id, so that two calls that make the same retry write the same record. */
function retryRecord(id: string, keyId: string, source: JobRecord, errorFileId: string): JobRecord {
  const { kind, tenant, endpoint, metadata, outputExpiresAfterSeconds, priority, version } = source;
  const embeddings = source.embeddings && retryOrder(source.embeddings);
  const createdAtMs = createdAtOf(id);
  return newRecord(
    {
      id,
      kind,
      tenant,
      keyId,
      endpoint,
      metadata,
      outputExpiresAfterSeconds,
      inputFileId: timeOrderedId('file-', createdAtMs, id),
      completionWindow: isWindow(source.completionWindow) ? source.completionWindow : '24h',
      retryOf: { jobId: source.id, inputFileId: source.inputFileId, errorFileId },
      ...(embeddings === undefined ? {} : { embeddings }),
      ...(priority === undefined ? {} : { priority }),
      version,
    },
    createdAtMs,
  );
}

function createdAtOf(id: string): number {
  return timeOfId(id.slice(0, id.indexOf('_') + 1), id) ?? 0;
}

function isWindow(window: string): window is CompletionWindow {
  return Object.hasOwn(COMPLETION_WINDOWS, window);
}
