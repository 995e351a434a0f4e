import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayError } from '#platform';
import { newId } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import { callLine, refusalRow, type LineOutcome } from './call-line.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { EndpointSlots } from './endpoint-slots.js';
import type { ChunkContext, ChunkLine } from './job-context.js';
import { subjectOf } from './row-subject.js';
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
/** So many failures in a row without an answer may be the endpoint's own: then it is asked, before more lines are. */
const FAILURES_BEFORE_PROBE = 10;
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
  const sideBySide = Array.from({ length: Math.min(work.concurrency, work.lines.length) });
  await Promise.all(sideBySide.map(() => run.loop()));
  const suspects = run.takeSuspects();
  await Promise.all(sideBySide.map(() => run.settleLoop(suspects)));
  return run.result();
}

interface Suspect {
  readonly line: ChunkLine;
  error: GatewayError;
}

class LineRun {
  private readonly queue: ChunkLine[];
  private readonly suspects: Suspect[] = [];
  private endpointError: GatewayError | undefined;
  private failuresInARow = 0;

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

  /** The lines that failed once, to be shared out among loops. */
  takeSuspects(): Iterable<Suspect> {
    return this.suspects.values();
  }

  /** Lines that failed are tried again; what fails again and again on an endpoint that serves others is final. */
  async settleLoop(suspects: Iterable<Suspect>): Promise<void> {
    for (const suspect of suspects) {
      if (this.endpointError !== undefined || this.work.stop.aborted) return;
      await this.settle(suspect);
    }
  }

  result(): WorkResult {
    if (this.endpointError !== undefined) return { kind: 'endpoint', error: this.endpointError };
    const undone = this.work.lines.some(({ request }) => !this.work.ledger.rows.has(request));
    return undone ? { kind: 'stopped' } : { kind: 'done' };
  }

  private async runLine(line: ChunkLine): Promise<void> {
    const outcome = await this.call(line);
    if (outcome?.kind === 'finished') this.work.ledger.add(outcome.row);
    if (outcome?.kind !== 'suspect') return;
    this.suspects.push({ line, error: outcome.error });
    if (++this.failuresInARow < FAILURES_BEFORE_PROBE) return;
    this.failuresInARow = 0;
    if (!(await this.probe())) this.giveUp(outcome.error);
  }

  private async settle(suspect: Suspect): Promise<void> {
    const { work } = this;
    await work.beforeLine?.(suspect.line);
    let answersBefore = work.health.answers;
    for (let tries = 1; tries < MAX_TRIES; tries++) {
      work.onRetry(suspect.error.reason);
      await pause(TRY_PAUSE_MS * 2 ** tries, work.stop);
      answersBefore = work.health.answers;
      const outcome = await this.call(suspect.line);
      if (outcome === undefined || outcome.kind === 'aborted') return;
      if (outcome.kind === 'finished') {
        work.ledger.add(outcome.row);
        return;
      }
      if (outcome.kind === 'endpoint') return;
      suspect.error = outcome.error;
    }
    // Answers from before the last try say nothing: the endpoint may have broken down since.
    if (work.health.answers === answersBefore && !(await this.probe())) {
      this.giveUp(suspect.error);
      return;
    }
    const subject = subjectOf(work.context.record, suspect.line);
    work.ledger.add(refusalRow(subject, suspect.error, newId('req_')));
  }

  private async probe(): Promise<boolean> {
    const { models, context, abort } = this.work;
    return await probeModel(models, context, abort);
  }

  /** Nobody calls the endpoint again before it has had a rest. A probe that was stopped has proved nothing. */
  private giveUp(error: GatewayError): void {
    if (this.work.stop.aborted) return;
    this.work.health.failed(undefined);
    this.endpointError = error;
  }

  /** Refusals do not count: many are our own, made without asking the endpoint. */
  private noteAnswer(): void {
    this.failuresInARow = 0;
    this.work.health.succeeded();
  }

  /** One call in a slot; waits out an endpoint that is full and gives up when it stays so. */
  private async call(line: ChunkLine): Promise<LineOutcome | undefined> {
    const { work } = this;
    for (;;) {
      await pause(work.health.pauseMs(), work.stop);
      if (work.stop.aborted || this.endpointError !== undefined) return undefined;
      const outcome = await work.slots.use(work.stop, () => callLine(work.models, work.context, line, work.abort));
      if (outcome === undefined) return undefined;
      if (outcome.kind === 'finished' && outcome.row.ok) this.noteAnswer();
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
