import type { Logger } from '#platform';
import type { WorkSpan } from '../queue/job-queue.port.js';
import type { ChunkWorkspace } from './chunk-workspace.js';
import type { FinishedRow } from './finished-row.js';
import type { ChunkLine } from './job-context.js';

export interface LedgerOptions {
  readonly workspace: ChunkWorkspace;
  readonly checkpointMs: number;
  readonly checkpointBytes: number;
  readonly logger: Logger;
  /** Of the attempt; absent where no line stands for others. */
  readonly lines?: readonly ChunkLine[];
}

/**
 * The finished rows of one attempt. What has waited for `checkpointMs` or grown past `checkpointBytes` is written to a
 * checkpoint in the background, one write at a time; a store that does not answer keeps the rows here and is asked again.
 */
export class RowLedger {
  private unsaved: FinishedRow[] = [];
  private unsavedBytes = 0;
  private saving: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;
  private done = 0;
  private failed = 0;
  private readonly restored: number;
  private readonly restoredLines: number;
  /** Lines that a row stands for besides its own. */
  private readonly copies: ReadonlyMap<number, number>;
  private readonly fromMs = Date.now();
  private untilMs = this.fromMs;

  constructor(
    readonly rows: Map<number, FinishedRow>,
    private readonly options: LedgerOptions,
  ) {
    this.restored = rows.size;
    const shared = (options.lines ?? []).filter(({ copies }) => copies !== undefined);
    this.copies = new Map(shared.map(({ request, copies = [] }) => [request, copies.length]));
    for (const row of rows.values()) this.count(row);
    this.restoredLines = this.done;
    this.timer = setInterval(() => this.saveSoon(), options.checkpointMs);
    this.timer.unref();
  }

  /** A row that was made of another chunk's and can be made again: it is in no checkpoint. */
  addCopy(row: FinishedRow): void {
    this.rows.set(row.request, row);
    this.untilMs = Date.now();
    this.count(row);
  }

  add(row: FinishedRow): void {
    this.addCopy(row);
    this.unsaved.push(row);
    this.unsavedBytes += row.json.length;
    if (this.unsavedBytes >= this.options.checkpointBytes) this.saveSoon();
  }

  counts(): { readonly completed: number; readonly failed: number } {
    return { completed: this.done - this.failed, failed: this.failed };
  }

  /** When this attempt's lines were done, for the job's speed. */
  span(): WorkSpan {
    return { restored: this.restoredLines, fromMs: this.fromMs, untilMs: this.untilMs };
  }

  /** Writes all that is unsaved. @throws GatewayError as the store does */
  async save(): Promise<void> {
    await this.saving;
    if (this.unsaved.length > 0) await this.write();
  }

  /** No timer and no write of its own any more. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.saving;
  }

  private count({ request, ok }: FinishedRow): void {
    const lines = 1 + (this.copies.get(request) ?? 0);
    this.done += lines;
    if (!ok) this.failed += lines;
  }

  private saveSoon(): void {
    if (this.saving !== undefined || this.unsaved.length === 0) return;
    this.saving = this.write()
      .catch((error: unknown) => {
        // Nobody waits for this write; the rows are kept, and `save` throws what stays wrong.
        this.options.logger.warn({ error }, 'a checkpoint could not be written; its rows stay in memory');
      })
      .finally(() => {
        this.saving = undefined;
      });
  }

  private async write(): Promise<void> {
    const rows = this.unsaved;
    const bytes = this.unsavedBytes;
    this.unsaved = [];
    this.unsavedBytes = 0;
    try {
      await this.options.workspace.saveCheckpoint(rows);
    } catch (error) {
      this.unsaved = [...rows, ...this.unsaved];
      this.unsavedBytes += bytes;
      throw error;
    }
  }
}
