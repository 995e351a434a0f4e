import { newId, pause, type GatewayError } from '#platform';
import { PackRunner, type Packing } from '../packs/run-packs.js';
import { WorkQueue, type WorkUnit } from '../packs/work-queue.js';
import { callLine, refusalRow, type LineOutcome } from './call-line.js';
import type { CallPlace, PlacedCall } from './call-slots.js';
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

/** Why lines were left undone: no endpoint serves now, or `stop` was aborted. */
export type WorkResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'endpoint'; readonly error: GatewayError };

/** Runs lines until each has its row, the endpoints give out, or it is told to stop. */
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
  call(call: PlacedCall): Promise<{ readonly kind: string }>;
  /** What follows from the last call, unless that found the endpoint full. */
  judge(): Promise<void>;
}

/** A call of one line that was made. */
interface LineCall {
  readonly outcome: LineOutcome;
  readonly place: CallPlace;
  /** Of the endpoint, when the call was sent. */
  readonly answersBefore: number;
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
        async (call) => {
          run ??= await this.begin();
          return run === undefined ? OTHERS_HAVE_IT : await run.call(call);
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
    const { ledger } = this.work;
    let last: LineCall | undefined;
    return {
      lines: 1,
      call: async (call) => (last = await this.callAt(line, call)).outcome,
      judge: async () => {
        if (last === undefined) return;
        const { outcome, place } = last;
        if (outcome.kind === 'finished') {
          if (outcome.row.ok) this.calls.noteAnswer(place);
          ledger.add(outcome.row);
          if (outcome.row.ok) this.packs?.noteHalf(halfOf);
        }
        if (outcome.kind !== 'suspect') return;
        this.suspects.push({ line, error: outcome.error });
        await this.calls.noteFailure(outcome.error, place);
      },
    };
  }

  private async settle(suspect: Suspect): Promise<void> {
    await this.work.beforeLine?.(suspect.line);
    while (!this.isOver()) if (await this.tryAgain(suspect)) return;
  }

  /** @returns whether that settles the line; not where its endpoint turns out to be dead. */
  private async tryAgain(suspect: Suspect): Promise<boolean> {
    const { work } = this;
    let last: LineCall | undefined;
    for (let tries = 1; tries < MAX_TRIES; tries++) {
      work.onRetry(suspect.error.reason);
      await pause(TRY_PAUSE_MS * 2 ** tries, work.stop);
      const outcome = await this.calls.make(async (call) => (last = await this.callAt(suspect.line, call)).outcome);
      if (outcome === undefined || outcome.kind === 'aborted') return true;
      if (outcome.kind === 'finished') {
        if (outcome.row.ok && last !== undefined) this.calls.noteAnswer(last.place);
        work.ledger.add(outcome.row);
        return true;
      }
      suspect.error = outcome.error;
    }
    if (last !== undefined && !(await this.isAlive(last, suspect.error))) return false;
    work.ledger.add(refusalRow(subjectOf(work.context.record, suspect.line), suspect.error, newId('req_')));
    return true;
  }

  /** Answers from before the call say nothing: the endpoint may have broken down since. */
  private async isAlive({ place, answersBefore }: LineCall, error: GatewayError): Promise<boolean> {
    return place.health.answers > answersBefore || (await this.calls.expectAlive(error, place));
  }

  private async callAt(line: ChunkLine, call: PlacedCall): Promise<LineCall> {
    const { place } = call;
    const answersBefore = place.health.answers;
    return { place, answersBefore, outcome: await callLine(this.work.models, this.work.context, line, call) };
  }
}
