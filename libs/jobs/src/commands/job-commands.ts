import { TERMINAL_STATUSES, type JobRecord, type UploadPurpose } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import { KeyTaken } from '../creates/create-keys.js';
import type { StoredFiles } from '../files/stored-files.js';
import type { JobQueue } from '../queue/job-queue.port.js';
import { tellQueue } from '../queue/tell-queue.js';
import { filesHeldBy } from '../records/files-held-by.js';
import type { JobRecords } from '../records/job-records.js';

export interface JobCommandsOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly queue: JobQueue;
  readonly logger: Logger;
  /** Why no job may be accepted now; `undefined` when jobs are safe. */
  refusal(): string | undefined;
}

/** What is known of a job before all of it is. */
type JobDraft = Pick<JobRecord, 'tenant' | 'id' | 'inputFileId' | 'inputLocation' | 'inputUrl' | 'retryOf'>;

/** What a caller can do to a job, whichever face it came by. */
export class JobCommands {
  constructor(private readonly options: JobCommandsOptions) {}

  /**
   * Stores a job; its record, the commit, comes last. Doing it twice with the same id is doing it once.
   *
   * @param purposes Purposes of files that such a job may read.
   * @returns the record that stands there then.
   * @throws GatewayError `bulk_unavailable`, `not_found` or `invalid_value` for the input file, `storage_unavailable`.
   */
  async accept(record: JobRecord, purposes: readonly UploadPurpose[]): Promise<JobRecord> {
    return await this.acceptDraft(record, purposes, () => Promise.resolve(record));
  }

  /**
   * The same for a record that is found out beside the writes that prepare it.
   *
   * @throws GatewayError also what `complete` throws.
   */
  async acceptDraft(
    draft: JobDraft,
    purposes: readonly UploadPurpose[],
    complete: () => Promise<JobRecord>,
  ): Promise<JobRecord> {
    const refusal = this.options.refusal();
    if (refusal !== undefined) throw new GatewayError('bulk_unavailable', refusal);
    const [prepared, completed] = await Promise.allSettled([this.prepare(draft, purposes), complete()]);
    if (completed.status === 'rejected') {
      // Another request has made the job, under another id: what this one wrote leads nowhere, and a sweep removes what stays.
      if (completed.reason instanceof KeyTaken) await Promise.allSettled([this.withdraw(draft)]);
      throw completed.reason;
    }
    if (prepared.status === 'rejected') throw prepared.reason;
    const accepted = await this.options.jobs.createOnce(completed.value);
    tellQueue(this.options, accepted, 'created');
    return accepted;
  }

  private async prepare(draft: JobDraft, purposes: readonly UploadPurpose[]): Promise<void> {
    const { jobs, files } = this.options;
    const { tenant, id } = draft;
    const held = filesHeldBy(draft);
    // The marker first: an entry or a hold that no marker leads to would stay for ever.
    await jobs.mark(tenant, id, held);
    await Promise.all([jobs.enterIndex(tenant, id), ...held.map((fileId) => files.hold(tenant, fileId, id))]);
    await this.checkFiles(draft, purposes);
  }

  /** @throws GatewayError `invalid_request` (400) on a job that has ended. */
  async cancel(before: JobRecord): Promise<JobRecord> {
    if (TERMINAL_STATUSES.has(before.status)) throw cannotCancel(before);
    const record = await this.options.jobs.apply(before.tenant, before.id, { kind: 'cancel-requested' });
    if (TERMINAL_STATUSES.has(record.status)) throw cannotCancel(record);
    tellQueue(this.options, record, 'cancelled');
    return record;
  }

  /** Read after the holds stand: a DELETE removes the record first and looks for holds then, so one of the two sees the other. */
  private async checkFiles(draft: JobDraft, purposes: readonly UploadPurpose[]): Promise<void> {
    const { tenant, retryOf } = draft;
    if (retryOf === undefined) {
      if (isFile(draft)) await this.checkInput(draft, purposes);
      return;
    }
    try {
      await Promise.all(filesHeldBy(draft).map((fileId) => this.options.files.retrieve(tenant, fileId)));
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
      // Another call may be making the same retry, so what this one wrote is left to the sweep.
      throw inputIsGone(retryOf.jobId, error);
    }
  }

  private async checkInput(draft: JobDraft, purposes: readonly UploadPurpose[]): Promise<void> {
    const { tenant, inputFileId: fileId } = draft;
    try {
      const file = await this.options.files.retrieve(tenant, fileId);
      if (purposes.some((purpose) => purpose === file.purpose)) return;
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
      await this.withdraw(draft);
      throw noSuchFile(fileId, error);
    }
    await this.withdraw(draft);
    const expected = purposes.map((purpose) => `'${purpose}'`).join(' or ');
    throw new GatewayError(
      'invalid_value',
      `Invalid 'input_file_id': the file was not uploaded with purpose ${expected}.`,
      { param: 'input_file_id' },
    );
  }

  private async withdraw(draft: JobDraft): Promise<void> {
    const { tenant, id } = draft;
    await Promise.all(filesHeldBy(draft).map((fileId) => this.options.files.release(tenant, fileId, id)));
    await this.options.jobs.removeOrphan(tenant, id);
  }
}

function isFile({ inputLocation, inputUrl }: JobDraft): boolean {
  return inputLocation === undefined && inputUrl === undefined;
}

function noSuchFile(fileId: string, cause: unknown): GatewayError {
  return new GatewayError('not_found', `No such File object: ${fileId.slice(0, 100)}`, {
    param: 'input_file_id',
    cause,
  });
}

/** Why a job cannot be run again. */
export function inputIsGone(jobId: string, cause: unknown): GatewayError {
  return new GatewayError(
    'not_found',
    `The input file of ${jobId} was deleted or has expired, so its lines cannot be run again.`,
    { param: 'id', cause },
  );
}

function cannotCancel({ id, kind, status }: JobRecord): GatewayError {
  const what = kind === 'batch' ? 'batch' : 'job';
  return new GatewayError('invalid_request', `Cannot cancel the ${what} ${id}: it has ended with status '${status}'.`, {
    param: 'id',
  });
}
