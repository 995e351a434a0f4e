import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import type { FinishedRow } from './finished-row.js';
import type { ChunkContext, ChunkLine } from './job-context.js';
import { errorRow } from './output-row.js';
import { subjectOf, type RowSubject } from './row-subject.js';
import { readChunkLines } from './read-chunk-lines.js';

/** The lines of a chunk; `undefined` when the input that was planned is not there any more. @throws as the store does */
export async function findChunkLines(store: ObjectStore, context: ChunkContext): Promise<ChunkLine[] | undefined> {
  try {
    return await readChunkLines(store, context);
  } catch (error) {
    if (GatewayError.is(error, 'not_found') || GatewayError.is(error, 'precondition_failed')) return undefined;
    throw error;
  }
}

/** Lines of a chunk whose input is gone: nobody can tell their ids any more. */
export function namelessLines({ planned }: ChunkContext): Pick<RowSubject, 'request' | 'customId'>[] {
  return Array.from({ length: planned.requests }, (_, index) => ({ request: planned.request + index, customId: null }));
}

/** What was saved stays; every other line fails. */
export function failWithoutInput(
  context: ChunkContext,
  rows: ReadonlyMap<number, FinishedRow>,
): Map<number, FinishedRow> {
  const all = new Map(rows);
  for (const line of namelessLines(context)) {
    if (all.has(line.request)) continue;
    const subject = subjectOf(context.record, line);
    all.set(
      line.request,
      errorRow(subject, 'input_changed', 'The input file was changed or removed while its batch ran.'),
    );
  }
  return all;
}
