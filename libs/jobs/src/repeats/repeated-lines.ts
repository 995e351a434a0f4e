import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { NO_TOKENS } from '../chunks/finished-row.js';
import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import { requestOfRow } from '../chunks/output-row.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import { subjectOf } from '../chunks/row-subject.js';
import { copyVectorRow } from '../embeddings/embedding-row.js';
import { FirstRows } from './first-rows.js';
import type { ChunkRepeats } from './repeat-blocks.js';

export interface RepeatingChunk {
  readonly context: ChunkContext;
  readonly lines: readonly ChunkLine[];
  readonly repeats: ChunkRepeats;
  readonly ledger: RowLedger;
}

/** Chunks that a process remembers to have put back. */
const MAX_REMEMBERED = 1000;

/** Lines of chunks whose texts earlier chunks have: they get the rows of those instead of a call. */
export class RepeatedLines {
  private readonly rows: FirstRows;
  /** What chunks waited for when they were put back here, all their own lines being done. */
  private readonly putBack = new Map<string, readonly number[]>();

  constructor(store: ObjectStore) {
    this.rows = new FirstRows(store);
  }

  /** The chunks that this one still waits for, if that is all it waits for; costs next to nothing to ask. */
  async awaited(context: ChunkContext): Promise<readonly number[]> {
    const chunks = this.putBack.get(nameOf(context));
    return chunks === undefined ? [] : await this.rows.missing(context, chunks);
  }

  /** Offers the rows that later chunks need, once all lines that repeat none are done. @returns whether there are any */
  async share({ context, repeats, ledger }: RepeatingChunk): Promise<boolean> {
    if (repeats.shared.length === 0) return false;
    await this.rows.share(context, repeats.shared, ledger.rows);
    return true;
  }

  /**
   * Gives lines that are not done the rows of the first ones with their text. Where such a row is an error, or cannot be found,
   * the line stays undone and is one to be called.
   *
   * @returns the chunks that must share their rows before; where there are any, no line was given a row.
   */
  async fill({ context, lines, repeats, ledger }: RepeatingChunk): Promise<readonly number[]> {
    const byFirst = new Map<number, ChunkLine>();
    for (const line of lines) {
      const first = repeats.firsts.get(line.request);
      if (first !== undefined && !ledger.rows.has(line.request)) byFirst.set(first, line);
    }
    const { record } = context;
    const missing = await this.rows.read(context, [...byFirst.keys()], (first, row) => {
      const line = byFirst.get(first);
      if (line === undefined) return;
      if (requestOfRow(record.kind, row) !== first) throw isNotThatRow(context, first);
      const json = copyVectorRow(row, subjectOf(record, line));
      ledger.addCopy({ request: line.request, ok: true, json, usage: NO_TOKENS });
    });
    this.remember(nameOf(context), missing);
    return missing;
  }

  private remember(name: string, missing: readonly number[]): void {
    this.putBack.delete(name);
    if (missing.length === 0) return;
    this.putBack.set(name, missing);
    if (this.putBack.size > MAX_REMEMBERED) this.putBack.delete(this.putBack.keys().next().value ?? '');
  }
}

function nameOf({ record, chunk }: ChunkContext): string {
  return `${record.id}/${chunk}`;
}

function isNotThatRow({ record, chunk }: ChunkContext, request: number): GatewayError {
  return new GatewayError('internal_error', 'What a chunk shares does not hold the row that it names.', {
    details: { jobId: record.id, chunk, request },
  });
}
