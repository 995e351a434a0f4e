import { newId, pause, type GatewayError } from '#platform';
import { PackRunner, type Packing } from '../packs/run-packs.js';
import { WorkQueue, type WorkUnit } from '../packs/work-queue.js';
import { callLine, refusalRow, type LineOutcome } from './call-line.js';
import { EndpointCalls, type EndpointCallsOptions } from './endpoint-calls.js';
import type { ChunkLine } from './job-context.js';
import type { RowLedger } from './row-ledger.js';
import { subjectOf } from './row-subject.js';

export interface LineWork extends EndpointCallsOptions {
  readonly lines: readonly ChunkLine[];
  /** Calls of this chunk in flight at once; 1 runs its lines one by one. */
  readonly concurrency: number;
  readonly ledger: RowLedger;
  /** Absent = each line has a call of its own. */
  readonly packing?: Packing;
  /** Called before a line is run, when lines are run one by one. */
  beforeLine?(line: ChunkLine): Promise<void>;
}

/** Tries of a line whose failure follows it. */
const MAX_TRIES = 3;
const TRY_PAUSE_MS = 200;

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

/** A call that is being made: of one line, or of lines that share it. */
interface UnitRun {
  readonly lines: number;
  call(abort: AbortSignal): Promise<{ readonly kind: string }>;
  /** What follows from the last call, unless that found the endpoint full. */
  judge(): Promise<void>;
}

const OTHERS_HAVE_IT = { kind: 'nothing' } as const;

interface Suspect {
  readonly line: ChunkLine;
  error: GatewayError;
}

class LineRun {
  private readonly queue: WorkQueue;
  private readonly calls: EndpointCalls;
  private readonly packs: PackRunner | undefined;
  private readonly suspects: Suspect[] = [];

  constructor(private readonly work: LineWork) {
    const { packing } = work;
    this.calls = new EndpointCalls(work);
    this.queue = new WorkQueue(
      work.lines,
      packing === undefined ? undefined : () => packing.pace.budget(packing.limits),
    );
    if (packing !== undefined) {
      this.packs = new PackRunner({ ...work, calls: this.calls, queue: this.queue }, packing);
    }
  }

  async loop(): Promise<void> {
    while (!this.isOver() && !this.queue.isEmpty()) {
      // Lines that share a call are put together once it can be made, by what is known of the endpoint by then.
      let run: UnitRun | undefined;
      const outcome = await this.calls.make(
        async (abort) => {
          run ??= await this.begin();
          return run === undefined ? OTHERS_HAVE_IT : await run.call(abort);
        },
        () => run?.lines ?? 0,
      );
      if (outcome !== undefined) await run?.judge();
    }
  }

  /** The lines that failed once, to be shared out among loops. */
  takeSuspects(): Iterable<Suspect> {
    return this.suspects.values();
  }

  /** Lines that failed are tried again; what fails again and again on an endpoint that serves others is final. */
  async settleLoop(suspects: Iterable<Suspect>): Promise<void> {
    for (const suspect of suspects) {
      if (this.isOver()) return;
      await this.settle(suspect);
    }
  }

  result(): WorkResult {
    if (this.calls.error !== undefined) return { kind: 'endpoint', error: this.calls.error };
    const undone = this.work.lines.some(({ request }) => !this.work.ledger.rows.has(request));
    return undone ? { kind: 'stopped' } : { kind: 'done' };
  }

  private isOver(): boolean {
    return this.work.stop.aborted || this.calls.error !== undefined;
  }

  private async begin(): Promise<UnitRun | undefined> {
    const unit = this.queue.next();
    if (unit === undefined) return undefined;
    if (unit.kind === 'pack') return this.packs?.open(unit.pack);
    await this.work.beforeLine?.(unit.line);
    return this.openLine(unit);
  }

  private openLine({ line, halfOf }: Extract<WorkUnit, { readonly kind: 'line' }>): UnitRun {
    const { models, context, ledger } = this.work;
    let outcome: LineOutcome | undefined;
    return {
      lines: 1,
      call: async (abort) => (outcome = await callLine(models, context, line, abort)),
      judge: async () => {
        if (outcome?.kind === 'finished') {
          if (outcome.row.ok) this.calls.noteAnswer();
          ledger.add(outcome.row);
          if (outcome.row.ok) this.packs?.noteHalf(halfOf);
        }
        if (outcome?.kind !== 'suspect') return;
        this.suspects.push({ line, error: outcome.error });
        await this.calls.noteFailure(outcome.error);
      },
    };
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
      suspect.error = outcome.error;
    }
    // Answers from before the last try say nothing: the endpoint may have broken down since.
    if (work.health.answers === answersBefore && !(await this.calls.expectAlive(suspect.error))) return;
    work.ledger.add(refusalRow(subjectOf(work.context.record, suspect.line), suspect.error, newId('req_')));
  }

  private async call(line: ChunkLine): Promise<Exclude<LineOutcome, { readonly kind: 'endpoint' }> | undefined> {
    const { models, context } = this.work;
    const outcome = await this.calls.make((abort) => callLine(models, context, line, abort));
    if (outcome?.kind === 'finished' && outcome.row.ok) this.calls.noteAnswer();
    return outcome;
  }
}
