import { TERMINAL_STATUSES, type JobHint, type JobRecord, type UploadPurpose } from '#contracts';
import { GatewayError, type Logger } from '#platform';
import type { StoredFiles } from '../files/stored-files.js';
import type { JobQueue } from '../queue/job-queue.port.js';
import type { JobRecords } from '../records/job-records.js';

export interface JobCommandsOptions {
  readonly jobs: JobRecords;
  readonly files: StoredFiles;
  readonly queue: JobQueue;
  readonly logger: Logger;
  /** Why no job may be accepted now; `undefined` when jobs are safe. */
  refusal(): string | undefined;
}

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
    const refusal = this.options.refusal();
    if (refusal !== undefined) throw new GatewayError('bulk_unavailable', refusal);
    const { jobs, files } = this.options;
    const { tenant, id } = record;
    // A retry has no input of its own yet; what it is made of must last until then.
    const held = record.retryOf?.inputFileId ?? record.inputFileId;
    // The marker first: an entry or a hold that no marker leads to would stay for ever.
    await jobs.mark(tenant, id, held);
    await Promise.all([jobs.enterIndex(tenant, id), files.hold(tenant, held, id)]);
    if (readsFile(record)) await this.checkInput(record, held, purposes);
    const accepted = await jobs.createOnce(record);
    this.tell(accepted, 'created');
    return accepted;
  }

  /** @throws GatewayError `invalid_request` (400) on a job that has ended. */
  async cancel(before: JobRecord): Promise<JobRecord> {
    if (TERMINAL_STATUSES.has(before.status)) throw cannotCancel(before);
    const record = await this.options.jobs.apply(before.tenant, before.id, { kind: 'cancel-requested' });
    if (TERMINAL_STATUSES.has(record.status)) throw cannotCancel(record);
    this.tell(record, 'cancelled');
    return record;
  }

  /** Read after the hold stands: a DELETE removes the record first and looks for holds then, so one of the two sees the other. */
  private async checkInput(
    { tenant, id, retryOf }: JobRecord,
    fileId: string,
    purposes: readonly UploadPurpose[],
  ): Promise<void> {
    try {
      const file = await this.options.files.retrieve(tenant, fileId);
      if (purposes.some((purpose) => purpose === file.purpose)) return;
    } catch (error) {
      if (!GatewayError.is(error, 'not_found')) throw error;
      // Another call may be making the same retry, so what this one wrote is left to the sweep.
      if (retryOf !== undefined) throw inputIsGone(retryOf.jobId, error);
      await this.withdraw(tenant, fileId, id);
      throw noSuchFile(fileId, error);
    }
    await this.withdraw(tenant, fileId, id);
    const expected = purposes.map((purpose) => `'${purpose}'`).join(' or ');
    throw new GatewayError(
      'invalid_value',
      `Invalid 'input_file_id': the file was not uploaded with purpose ${expected}.`,
      { param: 'input_file_id' },
    );
  }

  private async withdraw(tenant: string, fileId: string, jobId: string): Promise<void> {
    await this.options.files.release(tenant, fileId, jobId);
    await this.options.jobs.removeOrphan(tenant, jobId);
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

/** A retry of what was read from a bucket reads its own copy of that. */
function readsFile({ inputLocation, retryOf }: JobRecord): boolean {
  return inputLocation === undefined && retryOf?.inputFileId !== '';
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
