import type { PackLimits } from '#inference';
import { pause, type GatewayError } from '#platform';
import type { CallPlace, PlacedCall } from '../chunks/call-slots.js';
import type { EndpointCalls, EndpointCallsOptions } from '../chunks/endpoint-calls.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import { callPack, type PackOutcome } from './call-pack.js';
import type { PackPace } from './pack-pace.js';
import type { Pack, SplitPack } from './pack.types.js';
import type { WorkQueue } from './work-queue.js';

/** Told what becomes of shared calls, for metrics. */
export interface PackObserver {
  answered(pack: { readonly lines: number; readonly inputs: number }): void;
  /** The call was in vain: its lines are sent again. */
  failed(cause: string, pack: { readonly lines: number; readonly inputs: number }): void;
}

/** How the lines of one chunk share calls. */
export interface Packing {
  readonly limits: PackLimits;
  readonly pace: PackPace;
  readonly observer?: PackObserver;
}

export interface PackWork extends Pick<EndpointCallsOptions, 'context' | 'models' | 'stop'> {
  readonly ledger: RowLedger;
  readonly calls: EndpointCalls;
  readonly queue: WorkQueue;
  onRetry(cause: string): void;
}

/** A shared call that is being made. */
export interface PackRun {
  readonly lines: number;
  call(call: PlacedCall): Promise<PackOutcome>;
  judge(): Promise<void>;
}

interface PackCall {
  readonly outcome: PackOutcome;
  readonly place: CallPlace;
  /** Of the endpoint, when the call was sent. */
  readonly answersBefore: number;
}

/** A model server that fails once may do better a moment later. */
const REPEAT_PAUSE_MS = 400;

/**
 * Runs shared calls. One that fails for what it holds is parted, until the line to blame has a call of its own and is
 * judged as every line is; its neighbours are answered on the way.
 */
export class PackRunner {
  constructor(
    private readonly work: PackWork,
    private readonly packing: Packing,
  ) {}

  open(pack: Pack): PackRun {
    const { models, context } = this.work;
    let last: PackCall | undefined;
    return {
      lines: pack.lines.length,
      call: async (call) => {
        const { place } = call;
        const sentAt = performance.now();
        const answersBefore = place.health.answers;
        const outcome = await callPack(models, context, pack, call);
        last = { outcome, place, answersBefore };
        // Before the slot is free: whoever gets it puts the next call together.
        this.learn(pack, outcome, performance.now() - sentAt);
        return outcome;
      },
      judge: async () => {
        if (last !== undefined) await this.judge(pack, last);
      },
    };
  }

  private learn({ tokens, inputs, isFull }: Pack, outcome: PackOutcome, elapsedMs: number): void {
    const { limits, pace } = this.packing;
    const measure = { tokens, isFull, elapsedMs };
    if (outcome.kind === 'answered') pace.answered({ ...measure, inputs, dimensions: outcome.dimensions }, limits);
    else if (outcome.kind === 'suspect' && outcome.error.reason === 'upstream_timeout') pace.measured(measure, limits);
  }

  private async judge(pack: Pack, last: PackCall): Promise<void> {
    const { outcome, place } = last;
    const { calls, ledger } = this.work;
    if (outcome.kind === 'aborted' || outcome.kind === 'endpoint') return;
    const { observer } = this.packing;
    if (outcome.kind === 'answered') {
      for (const row of outcome.rows) ledger.add(row);
      calls.noteAnswer(place);
      this.noteHalf(pack.halfOf);
      observer?.answered({ lines: pack.lines.length, inputs: pack.inputs });
      return;
    }
    const { error } = outcome;
    observer?.failed(error.reason, { lines: pack.lines.length, inputs: pack.inputs });
    if (outcome.kind === 'refused') this.part(pack, error);
    else await this.suspect(pack, error, last);
  }

  /** One half of a failed pack was answered in one call. */
  noteHalf(halfOf: SplitPack | undefined): void {
    if (halfOf !== undefined && ++halfOf.answeredHalves === 2) this.packing.pace.wasTooLarge(halfOf.halfInputs);
  }

  /** A failure that may be the lines' or the endpoint's: it has to happen twice, while the endpoint is alive. */
  private async suspect(pack: Pack, error: GatewayError, { place, answersBefore }: PackCall): Promise<void> {
    const { calls, queue, stop } = this.work;
    const isTimeout = error.reason === 'upstream_timeout';
    if (!pack.isRepeated && !isTimeout) {
      this.work.onRetry(error.reason);
      await pause(REPEAT_PAUSE_MS, stop);
      queue.repeat(pack);
      return;
    }
    const isInDoubt = pack.halfOf === undefined && place.health.answers === answersBefore;
    if (isInDoubt && !(await calls.expectAlive(error, place))) {
      queue.repeat(pack);
      return;
    }
    await calls.noteFailure(error, place);
    this.part(pack, error);
  }

  private part(pack: Pack, error: GatewayError): void {
    this.work.onRetry(error.reason);
    this.work.onRetry(error.reason);
    this.work.queue.halve(pack);
  }
}
