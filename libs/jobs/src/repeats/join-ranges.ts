import type { ByteRange } from '#storage';

export interface WantedRow {
  readonly request: number;
  readonly range: ByteRange;
}

/** Rows of one object that are read by one request. */
export interface JoinedRows {
  readonly range: ByteRange;
  readonly rows: readonly WantedRow[];
}

/** What lies between two rows is read with them up to so many bytes: a request of its own takes longer. */
const MAX_GAP_BYTES = 64 * 1024;
/** A read is held in memory, several at a time; a longer row has a read of its own. */
const MAX_READ_BYTES = 1_048_576;

/** Joins neighbours. @param rows Of one object, ascending. */
export function joinRanges(rows: readonly WantedRow[]): JoinedRows[] {
  const joined: { range: { first: number; last: number }; rows: WantedRow[] }[] = [];
  for (const row of rows) {
    const open = joined.at(-1);
    const { first, last } = row.range;
    if (open !== undefined && first - open.range.last <= MAX_GAP_BYTES && last - open.range.first < MAX_READ_BYTES) {
      open.range.last = last;
      open.rows.push(row);
    } else joined.push({ range: { first, last }, rows: [row] });
  }
  return joined;
}
