import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayError } from '#platform';
import { newId } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import { callLine, refusalRow, type LineOutcome } from './call-line.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { EndpointSlots } from './endpoint-slots.js';
import type { ChunkContext, ChunkLine } from './job-context.js';
import { probeModel } from './probe-model.js';
import type { RowLedger } from './row-ledger.js';

export interface LineWork {
  readonly context: ChunkContext;
  readonly lines: readonly ChunkLine[];
  /** Calls of this chunk in flight at once; 1 runs its lines one by one. */
  readonly concurrency: number;
  readonly ledger: RowLedger;
  readonly models: BulkModels;
  readonly slots: EndpointSlots;
  readonly health: EndpointHealth;
  /** Aborted when no new line may begin. */
  readonly stop: AbortSignal;
  /** Aborted when calls in flight must end too. */
  readonly abort: AbortSignal;
  /** Called before a line is run, when lines are run one by one. */
  beforeLine?(line: ChunkLine): Promise<void>;
  onRetry(cause: string): void;
}

/** Tries of a line whose failure follows it. */
const MAX_TRIES = 3;
const TRY_PAUSE_MS = 200;
/** An endpoint that answered this lately is alive. */
const ALIVE_MS = 10_000;
/** An endpoint that fails for so long gives its slot back; the chunk comes again later. */
const GIVE_UP_MS = 15_000;

/** Why lines were left undone: the endpoint does not serve now, or `stop` was aborted. */
export type WorkResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'endpoint'; readonly error: GatewayError };

/** Runs lines until each has its row, the endpoint gives out, or it is told to stop. */
export async function workLines(work: LineWork): Promise<WorkResult> {
  const run = new LineRun(work);
  const loops = Array.from({ length: Math.min(work.concurrency, work.lines.length) }, () => run.loop());
  await Promise.all(loops);
  return await run.settleSuspects();
}

class LineRun {
  private readonly queue: ChunkLine[];
  private readonly suspects: { readonly line: ChunkLine; error: GatewayError }[] = [];
  private endpointError: GatewayError | undefined;

  constructor(private readonly work: LineWork) {
    this.queue = work.lines.toReversed();
  }

  async loop(): Promise<void> {
    for (let line = this.queue.pop(); line !== undefined; line = this.queue.pop()) {
      if (this.work.stop.aborted || this.endpointError !== undefined) {
        this.queue.push(line);
        return;
      }
      await this.work.beforeLine?.(line);
      await this.runLine(line);
    }
  }

  /** Lines that failed on an endpoint that serves others are tried alone; what fails again and again is final. */
  async settleSuspects(): Promise<WorkResult> {
    for (const suspect of this.suspects) {
      if (this.endpointError !== undefined || this.work.stop.aborted) break;
      await this.settle(suspect);
    }
    if (this.endpointError !== undefined) return { kind: 'endpoint', error: this.endpointError };
    const undone = this.work.lines.some(({ request }) => !this.work.ledger.rows.has(request));
    return undone ? { kind: 'stopped' } : { kind: 'done' };
  }

  private async runLine(line: ChunkLine): Promise<void> {
    const outcome = await this.call(line);
    if (outcome?.kind === 'finished') this.work.ledger.add(outcome.row);
    if (outcome?.kind === 'suspect') this.suspects.push({ line, error: outcome.error });
  }

  private async settle(suspect: { readonly line: ChunkLine; error: GatewayError }): Promise<void> {
    const { work } = this;
    for (let tries = 1; tries < MAX_TRIES; tries++) {
      work.onRetry(suspect.error.reason);
      await pause(TRY_PAUSE_MS * 2 ** tries, work.stop);
      const outcome = await this.call(suspect.line);
      if (outcome === undefined || outcome.kind === 'aborted') return;
      if (outcome.kind === 'finished') {
        work.ledger.add(outcome.row);
        return;
      }
      if (outcome.kind === 'endpoint') return;
      suspect.error = outcome.error;
    }
    if (!(await this.isAlive())) {
      this.endpointError = suspect.error;
      return;
    }
    const { record } = work.context;
    const subject = { jobId: record.id, request: suspect.line.request, customId: suspect.line.customId };
    work.ledger.add(refusalRow(subject, suspect.error, newId('req_')));
  }

  private async isAlive(): Promise<boolean> {
    const { health, models, context, abort } = this.work;
    return health.succeededWithin(ALIVE_MS) || (await probeModel(models, context, abort));
  }

  /** One call in a slot; waits out an endpoint that is full and gives up when it stays so. */
  private async call(line: ChunkLine): Promise<LineOutcome | undefined> {
    const { work } = this;
    for (;;) {
      await pause(work.health.pauseMs(), work.stop);
      if (work.stop.aborted || this.endpointError !== undefined) return undefined;
      const outcome = await work.slots.use(work.stop, () => callLine(work.models, work.context, line, work.abort));
      if (outcome === undefined) return undefined;
      if (outcome.kind === 'finished') work.health.succeeded();
      if (outcome.kind !== 'endpoint') return outcome;
      work.onRetry(outcome.error.reason);
      const { retryAfterSeconds } = outcome.error;
      work.health.failed(retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000);
      if (work.health.failingForMs() > GIVE_UP_MS) {
        this.endpointError = outcome.error;
        return outcome;
      }
    }
  }
}

async function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  if (timeMs <= 0 || signal.aborted) return;
  try {
    await delay(timeMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
