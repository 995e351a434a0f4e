import { Readable } from 'node:stream';
import { objectKeys, TERMINAL_STATUSES, type ChunkCommit, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { vectorTypeOf } from '../embeddings/vectors/assemble-vectors.js';
import type { StoredFiles } from '../files/stored-files.js';
import { listCommits } from '../finish/list-commits.js';
import type { PlanReader } from '../plan/plan-reader.js';
import { ChunkRanges } from './chunk-ranges.js';
import { lookAhead } from './look-ahead.js';

/** Rows of a job that stand already, as JSON lines. */
export interface JobResults {
  readonly body: Readable;
  /** Whether these, and what the cursor had before, are all rows that the job will ever have. */
  readonly isComplete: boolean;
  /** Given as `after`, only what came since is read; absent where there is nothing to go on from. */
  readonly cursor: string | undefined;
}

export interface ResultReaderOptions {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly files: StoredFiles;
  readonly plans: PlanReader;
}

export interface ResultQuery {
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/** Read while the rows before them are: a kilobyte each. */
const COMMITS_AHEAD = 8;

/**
 * Reads what is committed, chunk by chunk in input order; a chunk that is not committed is left out. Holds a few
 * pieces of one object at a time, however many rows there are.
 */
export class ResultReader {
  constructor(private readonly options: ResultReaderOptions) {}

  /** @throws GatewayError `not_found` when the files of an ended job were deleted, `invalid_value` for the cursor. */
  async open(record: JobRecord, query: ResultQuery): Promise<JobResults> {
    const isEnded = TERMINAL_STATUSES.has(record.status);
    // A table is no rows of JSON; the rows that it was made of are.
    const hasRows = vectorTypeOf(record.embeddings) === undefined;
    if (isEnded && hasRows && query.after === undefined) return await this.openFiles(record, query.signal);
    const before = ChunkRanges.parse(query.after ?? '');
    const { tenant, id } = record;
    const [plan, committed] = await Promise.all([
      this.options.plans.read(tenant, id),
      listCommits(this.options.store, tenant, id),
    ]);
    const total = plan?.chunks.length ?? 0;
    if (isEnded && committed.size < total) throw commitsAreGone(record);
    const chunks = [...committed].toSorted((a, b) => a - b);
    const wanted = chunks.filter((chunk) => !before.has(chunk));
    if (isEnded) await this.checkRows(record, wanted);
    return {
      body: Readable.from(this.readChunks(record, wanted, query.signal), { objectMode: false }),
      isComplete: isEnded || (total > 0 && chunks.length === total),
      cursor: ChunkRanges.format(chunks),
    };
  }

  /** The rows of an ended job's chunks are removed after a while, all of them at once. */
  private async checkRows(record: JobRecord, wanted: readonly number[]): Promise<void> {
    if (wanted.length === 0) return;
    const { tenant, id } = record;
    const { objects } = await this.options.store.list(objectKeys.jobData(tenant, id), { limit: 1 });
    if (objects.length === 0) throw commitsAreGone(record);
  }

  /** The chunks of an ended job may be gone; its files are what it has come to. */
  private async openFiles({ tenant, outputFileId, errorFileId }: JobRecord, signal?: AbortSignal): Promise<JobResults> {
    const ids = [outputFileId, errorFileId].filter((id) => id !== null);
    const files = await Promise.all(ids.map((id) => this.options.files.retrieve(tenant, id)));
    const keys = files.map(({ id }) => objectKeys.fileContent(tenant, id));
    return {
      body: Readable.from(this.readObjects(keys, signal), { objectMode: false }),
      isComplete: true,
      cursor: undefined,
    };
  }

  private async *readChunks(
    record: JobRecord,
    chunks: readonly number[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { tenant, id } = record;
    const commits = lookAhead(chunks, COMMITS_AHEAD, async (chunk) => {
      const key = objectKeys.commit(tenant, id, chunk);
      return await this.options.records.read<ChunkCommit>(key, { signal });
    });
    for await (const commit of commits) {
      if (commit === undefined) throw commitsAreGone(record);
      const { output, errors } = commit.value;
      yield* this.readObjects(
        [output, errors].flatMap((data) => (data === null ? [] : [data.key])),
        signal,
      );
    }
  }

  private async *readObjects(keys: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    for (const key of keys) {
      const { body } = await this.options.store.getStream(key, signal === undefined ? {} : { signal });
      yield* body as AsyncIterable<Uint8Array>;
    }
  }
}

function commitsAreGone({ id, embeddings }: JobRecord): GatewayError {
  const isTable = vectorTypeOf(embeddings) !== undefined;
  const remedy = isTable ? 'Read its output and error files.' : "Read its results without 'after'.";
  return new GatewayError('not_found', `${id} has ended and its parts are gone. ${remedy}`, { param: 'after' });
}
