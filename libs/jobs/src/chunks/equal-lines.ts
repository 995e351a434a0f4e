import type { JobRecord } from '#contracts';
import { copyEmbeddingRow } from '../embeddings/embedding-row.js';
import { NO_TOKENS, type FinishedRow } from './finished-row.js';
import type { ChunkLine } from './job-context.js';
import { subjectOf, type RowSubject } from './row-subject.js';

/** Lines whose calls are the same bytes as one that is called and knows the others; the first of each, in their order. */
export function gatherEqualLines(lines: readonly ChunkLine[]): ChunkLine[] {
  const gathered = new Map<string, { readonly first: ChunkLine; readonly copies: ChunkLine[] }>();
  for (const line of lines) {
    const call = line.body.toString('latin1');
    const known = gathered.get(call);
    if (known === undefined) gathered.set(call, { first: line, copies: [] });
    else known.copies.push(line);
  }
  return [...gathered.values()].map(({ first, copies }) => (copies.length === 0 ? first : { ...first, copies }));
}

/** The rows of lines that were called, and those of lines that are equal to them, which cost nothing. */
export function withCopies(
  record: Pick<JobRecord, 'id' | 'kind' | 'embeddings'>,
  lines: readonly (Pick<RowSubject, 'request' | 'customId' | 'line'> & Pick<ChunkLine, 'copies'>)[],
  rows: ReadonlyMap<number, FinishedRow>,
): ReadonlyMap<number, FinishedRow> {
  if (!lines.some(({ copies }) => copies !== undefined)) return rows;
  const all = new Map(rows);
  for (const line of lines) {
    const row = rows.get(line.request);
    if (row === undefined) continue;
    for (const copy of line.copies ?? []) {
      const json = copyEmbeddingRow(row.json, subjectOf(record, line), subjectOf(record, copy));
      all.set(copy.request, { request: copy.request, ok: row.ok, json, usage: NO_TOKENS });
    }
  }
  return all;
}
