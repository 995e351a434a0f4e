import type { JobPlan, JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, RecordStore } from '#storage';
import { ChunkWorkspace } from '../chunks/chunk-workspace.js';
import { withCopies } from '../chunks/equal-lines.js';
import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import { errorRow } from '../chunks/output-row.js';
import { subjectOf, type RowSubject } from '../chunks/row-subject.js';
import { namelessLines } from '../chunks/lost-input.js';
import { readChunkLines } from '../chunks/read-chunk-lines.js';
import { inParallel } from './in-parallel.js';

interface RowError {
  readonly code: string;
  readonly message: string;
}

/** OpenAI's codes for a batch, the same with `job` for what it has no words for. The record says what kept it from being done. */
function unfinished({ kind, errors }: JobRecord, reason: SealRequest['reason']): RowError {
  const what = kind === 'batch' ? 'batch' : 'job';
  if (reason === 'cancelled')
    return { code: `${what}_cancelled`, message: `This request was not executed because the ${what} was cancelled.` };
  const code = `${what}_expired`;
  const why = errors?.find((error) => error.code === code)?.message;
  return { code, message: why ?? 'This request could not be executed before the completion window expired.' };
}

const SEALS_AT_ONCE = 8;

export interface SealRequest {
  readonly store: ObjectStore;
  readonly records: RecordStore;
  readonly record: JobRecord;
  readonly plan: JobPlan;
  /** Chunks that had no commit when they were listed. */
  readonly chunks: readonly number[];
  readonly reason: 'expired' | 'cancelled';
}

/**
 * Closes chunks that nobody finished: what their attempts saved is kept, every other line gets an error row. An attempt
 * that still runs finds its chunk committed and leaves garbage, never a second result.
 */
export async function sealChunks(request: SealRequest): Promise<void> {
  await inParallel(request.chunks, SEALS_AT_ONCE, async (chunk) => await sealChunk(request, chunk));
}

/** Whether workers are still at one of the chunks, so that waiting a little saves what they have done. */
export async function hasOpenAttempts({ store, records, record, plan, chunks }: SealRequest): Promise<boolean> {
  let open = false;
  await inParallel(chunks, SEALS_AT_ONCE, async (chunk) => {
    const planned = plan.chunks[chunk];
    if (open || planned === undefined) return;
    const state = await new ChunkWorkspace(store, records, { record, plan, chunk, planned }).look();
    open ||= state.openAttempts.length > 0;
  });
  return open;
}

/** A job must end also when someone removed its input behind our back, though then nobody knows the ids of its lines. */
async function linesOf(
  store: ObjectStore,
  context: ChunkContext,
): Promise<readonly (Pick<RowSubject, 'request' | 'customId' | 'line'> & Pick<ChunkLine, 'copies'>)[]> {
  try {
    return await readChunkLines(store, context);
  } catch (error) {
    if (!GatewayError.is(error) || error.reason === 'storage_unavailable') throw error;
    return namelessLines(context);
  }
}

async function sealChunk(request: SealRequest, chunk: number): Promise<void> {
  const { store, records, record, plan, reason } = request;
  const planned = plan.chunks[chunk];
  if (planned === undefined) return;
  const context = { record, plan, chunk, planned };
  const workspace = new ChunkWorkspace(store, records, context);
  const [state, lines] = await Promise.all([workspace.look(), linesOf(store, context)]);
  const rows = await workspace.restore(state);
  for (const line of lines) {
    if (rows.has(line.request)) continue;
    const { code, message } = unfinished(record, reason);
    rows.set(line.request, errorRow(subjectOf(record, line), code, message));
  }
  await workspace.commit(withCopies(record, lines, rows), reason);
}
