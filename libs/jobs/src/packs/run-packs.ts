import type { PackLimits } from '#inference';
import type { GatewayError } from '#platform';
import type { EndpointCalls, EndpointCallsOptions } from '../chunks/endpoint-calls.js';
import { pause } from '../chunks/pause.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import { callPack } from './call-pack.js';
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

export interface PackWork extends Pick<EndpointCallsOptions, 'context' | 'models' | 'health' | 'stop'> {
  readonly ledger: RowLedger;
  readonly calls: EndpointCalls;
  readonly queue: WorkQueue;
  onRetry(cause: string): void;
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

  async run(pack: Pack): Promise<void> {
    const { calls, models, context, health, ledger } = this.work;
    let sentAt = 0;
    let answersBefore = 0;
    const outcome = await calls.make((abort) => {
      sentAt = performance.now();
      answersBefore = health.answers;
      return callPack(models, context, pack, abort);
    }, pack.lines.length);
    if (outcome === undefined || outcome.kind === 'aborted') return;
    const { limits, pace, observer } = this.packing;
    const measure = { tokens: pack.tokens, isFull: pack.isFull, elapsedMs: performance.now() - sentAt };
    if (outcome.kind === 'answered') {
      for (const row of outcome.rows) ledger.add(row);
      calls.noteAnswer();
      pace.answered({ ...measure, inputs: pack.inputs, dimensions: outcome.dimensions }, limits);
      this.noteHalf(pack.halfOf);
      observer?.answered({ lines: pack.lines.length, inputs: pack.inputs });
      return;
    }
    const { error } = outcome;
    observer?.failed(error.reason, { lines: pack.lines.length, inputs: pack.inputs });
    if (error.reason === 'upstream_timeout') pace.measured(measure, limits);
    if (outcome.kind === 'refused') this.part(pack, error);
    else await this.suspect(pack, error, answersBefore);
  }

  /** One half of a failed pack was answered in one call. */
  noteHalf(halfOf: SplitPack | undefined): void {
    if (halfOf !== undefined && ++halfOf.answeredHalves === 2) this.packing.pace.wasTooLarge(halfOf.halfInputs);
  }

  /** A failure that may be the lines' or the endpoint's: it has to happen twice, while the endpoint is alive. */
  private async suspect(pack: Pack, error: GatewayError, answersBefore: number): Promise<void> {
    const { calls, queue, stop, health } = this.work;
    const isTimeout = error.reason === 'upstream_timeout';
    if (!pack.isRepeated && !isTimeout) {
      this.work.onRetry(error.reason);
      await pause(REPEAT_PAUSE_MS, stop);
      queue.repeat(pack);
      return;
    }
    if (pack.halfOf === undefined && health.answers === answersBefore && !(await calls.expectAlive(error))) return;
    await calls.noteFailure(error);
    this.part(pack, error);
  }

  private part(pack: Pack, error: GatewayError): void {
    this.work.onRetry(error.reason);
    this.work.onRetry(error.reason);
    this.work.queue.halve(pack);
  }
}
