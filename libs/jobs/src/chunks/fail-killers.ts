import type { WorkspaceState } from './chunk-workspace.js';
import type { ChunkContext, ChunkLine } from './job-context.js';
import { errorRow } from './output-row.js';
import type { RowLedger } from './row-ledger.js';
import { subjectOf } from './row-subject.js';

/** Deaths while a line ran alone after which it is to blame; the first may have been anybody's `kill -9`. */
const DEATHS_BEFORE_BLAME = 2;

export interface KillerSearch {
  readonly state: WorkspaceState;
  readonly lines: readonly ChunkLine[];
  readonly ledger: RowLedger;
}

/** A line that was running alone each time its worker died is the one that kills workers. */
export function failKillers({ record }: ChunkContext, { state, lines, ledger }: KillerSearch): void {
  for (const line of lines) {
    const deaths = state.trials.get(line.request) ?? 0;
    if (deaths < DEATHS_BEFORE_BLAME || ledger.rows.has(line.request)) continue;
    const subject = subjectOf(record, line);
    ledger.add(
      errorRow(subject, 'worker_crashed', 'Processing this request ended the worker process each time it was tried.'),
    );
  }
}
