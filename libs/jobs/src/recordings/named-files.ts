import { objectKeys, type BatchInputError, type JobRecord } from '#contracts';
import { GatewayError, type JsonBody } from '#platform';
import type { ObjectStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import { inParallel } from '../finish/in-parallel.js';
import { readSpokenLine } from './spoken-line.js';

export interface NamedFilesOptions {
  readonly store: ObjectStore;
  readonly files: StoredFiles;
}

const AT_ONCE = 16;
/** As many as are reported of an input's other faults. */
const MAX_ERRORS = 100;

/** The recordings that the lines of a batch name. They outlive their DELETE until the batch has ended. */
export class NamedFiles {
  /** With the first line that names each. */
  private readonly lines = new Map<string, number>();

  constructor(
    private readonly options: NamedFilesOptions,
    private readonly record: JobRecord,
  ) {}

  /** What is wrong with a line's body; notes the file that it names. */
  refuse(body: JsonBody, line: number): Omit<BatchInputError, 'line'> | undefined {
    try {
      const { fileId } = readSpokenLine(body.bytes);
      if (!this.lines.has(fileId)) this.lines.set(fileId, line);
      return undefined;
    } catch (error) {
      if (!GatewayError.is(error)) throw error;
      const { code, message, param } = error;
      return { code: code ?? error.reason, message, param: param === null ? 'body' : `body.${param}` };
    }
  }

  /** @returns what is wrong with the files. */
  async hold(): Promise<BatchInputError[]> {
    const { tenant, id } = this.record;
    const fileIds = [...this.lines.keys()];
    // First, so that whoever ends the job finds every hold there may be.
    await this.options.store.put(objectKeys.namedFiles(tenant, id), JSON.stringify(fileIds));
    const errors: BatchInputError[] = [];
    await inParallel([...this.lines], AT_ONCE, async ([fileId, line]) => {
      await this.options.files.hold(tenant, fileId, id);
      const message = await this.whyNot(fileId);
      if (message !== undefined) errors.push({ code: 'file_not_found', message, param: 'body.file_id', line });
    });
    return errors.toSorted((a, b) => Number(a.line) - Number(b.line)).slice(0, MAX_ERRORS);
  }

  /** Read after the hold stands: a DELETE removes the record first and looks for holds then. */
  private async whyNot(fileId: string): Promise<string | undefined> {
    try {
      const { purpose } = await this.options.files.retrieve(this.record.tenant, fileId);
      return purpose === 'user_data' ? undefined : `The file ${fileId} was not uploaded with purpose 'user_data'.`;
    } catch (error) {
      if (GatewayError.is(error, 'not_found')) return error.message;
      throw error;
    }
  }
}

/** Ends what `hold` began. Doing it twice is doing it once. */
export async function releaseNamedFiles(
  { store, files }: NamedFilesOptions,
  { tenant, id, endpoint }: JobRecord,
): Promise<void> {
  if (endpoint !== '/v1/audio/transcriptions') return;
  const key = objectKeys.namedFiles(tenant, id);
  try {
    const { body } = await store.get(key);
    const fileIds = JSON.parse(body.toString('utf8')) as string[];
    await inParallel(fileIds, AT_ONCE, async (fileId) => await files.release(tenant, fileId, id));
    await store.delete([key]);
  } catch (error) {
    if (!GatewayError.is(error, 'not_found')) throw error;
  }
}
