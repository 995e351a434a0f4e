import type { BatchInputError } from '#contracts';
import type { TableText } from './table-text.js';

export interface DeriveRules {
  readonly maxLines: number;
  readonly maxLineBytes: number;
  /** Of all lines together. */
  readonly maxBytes: number;
}

/** Faults reported at most; more of them would not help a person. */
const MAX_FAULTS = 100;
/** Lines are handed on in pieces of about this. */
const PIECE_BYTES = 65_536;

/**
 * The rows of a table as JSON lines with `line`, `text` and `id`: the same rows always give the same bytes. What is wrong
 * with rows goes to `faults`; from the first on nothing more comes out.
 */
export async function* deriveLines(
  rows: AsyncIterable<TableText>,
  { maxLines, maxLineBytes, maxBytes }: DeriveRules,
  faults: BatchInputError[],
): AsyncGenerator<Buffer> {
  let pending = '';
  let count = 0;
  let bytes = 0;
  for await (const row of rows) {
    if (++count > maxLines) {
      const message = `The file holds more than ${maxLines} rows. Split it into several jobs.`;
      faults.push({ code: 'too_many_tasks', message, param: null, line: row.line });
    } else if ('fault' in row) faults.push({ ...row.fault, line: row.line });
    else {
      const line = toLine(row);
      // A character has three bytes at most, so only long lines are measured.
      if (line.length * 3 > maxLineBytes && Buffer.byteLength(line) > maxLineBytes) {
        const message = `This row makes a line of more than ${maxLineBytes} bytes. Split its text.`;
        faults.push({ code: 'string_above_max_length', message, param: null, line: row.line });
      } else if (faults.length === 0) pending += line;
    }
    if (faults.length >= MAX_FAULTS || count > maxLines) return;
    if (pending.length >= PIECE_BYTES) {
      const piece = Buffer.from(pending);
      bytes += piece.length;
      // A table can say one long text many times over in no room at all.
      if (bytes > maxBytes) {
        const message = `The rows make lines of more than ${maxBytes} bytes. Split them into several jobs.`;
        faults.push({ code: 'invalid_input_file', message, param: null, line: row.line });
        return;
      }
      yield piece;
      pending = '';
    }
  }
  if (pending !== '') yield Buffer.from(pending);
}

function toLine({ line, text, id }: Exclude<TableText, { fault: unknown }>): string {
  const named = id === undefined ? '' : `,"id":${typeof id === 'string' ? JSON.stringify(id) : String(id)}`;
  return `{"line":${line},"text":${JSON.stringify(text)}${named}}\n`;
}
