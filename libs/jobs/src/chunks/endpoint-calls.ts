import { pause, type GatewayError } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { CallSlots } from './endpoint-slots.js';
import type { ChunkContext } from './job-context.js';
import type { FailedCall } from './judge-failure.js';
import { LinkedSignals } from './linked-signals.js';
import { probeModel } from './probe-model.js';

export interface EndpointCallsOptions {
  readonly context: ChunkContext;
  readonly models: BulkModels;
  readonly slots: CallSlots;
  readonly health: EndpointHealth;
  /** Told what becomes of calls, so that the endpoint's capacity is known. */
  readonly share?: { completed(lines: number): void; full(): void };
  /** Aborted when no new call may begin. */
  readonly stop: AbortSignal;
  /** Aborted when calls in flight must end too. */
  readonly abort: AbortSignal;
  onRetry(cause: string): void;
  /** Called for each call that made rows, however many lines it answers. */
  onAnswered?(): void;
  /** Called for each call that was given up although it may have been answered. */
  onAborted?(): void;
  /** Called for each call that was given up for realtime's sake after so long, and is made again. */
  onYielded?(callMs: number): void;
}

/** So many failures in a row without an answer may be the endpoint's own: then it is asked, before more lines are. */
const FAILURES_BEFORE_PROBE = 10;
/** An endpoint that fails for so long gives its slot back; the chunk comes again later. */
const GIVE_UP_MS = 15_000;

/** One chunk's calls to its endpoint, and what they tell of it: whether it is full, broken, or alive. */
export class EndpointCalls {
  private failuresInARow = 0;
  private given: GatewayError | undefined;

  constructor(private readonly options: EndpointCallsOptions) {}

  /** Why nothing more is asked of the endpoint; `undefined` as long as it serves. */
  get error(): GatewayError | undefined {
    return this.given;
  }

  /**
   * Makes a call in a slot; waits out an endpoint that is full and gives up when it stays so. A call that has to give its slot
   * to realtime is made again.
   *
   * @param attempt Is told when to end early.
   * @param lines How many lines the call answers, asked once it has been made.
   * @returns `undefined` when the call was not made (any more).
   */
  async make<T extends { readonly kind: string }>(
    attempt: (abort: AbortSignal) => Promise<T>,
    lines: () => number = () => 1,
  ): Promise<Exclude<T, { readonly kind: 'endpoint' }> | undefined> {
    const { health, slots, stop } = this.options;
    for (;;) {
      await pause(health.pauseMs(), stop);
      if (stop.aborted || this.given !== undefined) return undefined;
      const outcome: T | EndpointFull | typeof YIELDED | undefined = await slots.use(
        stop,
        async (yielding) => await this.attemptUntil(yielding, attempt),
      );
      if (outcome === YIELDED) continue;
      if (outcome === undefined) return undefined;
      this.note(outcome, lines());
      if (!isEndpointFull(outcome)) return outcome as Exclude<T, { readonly kind: 'endpoint' }>;
      this.options.onRetry(outcome.error.reason);
      const { retryAfterSeconds } = outcome.error;
      health.failed(retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000);
      if (health.failingForMs() > GIVE_UP_MS) {
        this.given = outcome.error;
        return undefined;
      }
    }
  }

  private async attemptUntil<T extends { readonly kind: string }>(
    yielding: AbortSignal,
    attempt: (abort: AbortSignal) => Promise<T>,
  ): Promise<T | typeof YIELDED> {
    const { abort } = this.options;
    const links = new LinkedSignals();
    const startedAtMs = performance.now();
    try {
      const outcome = await attempt(links.any([abort, yielding]));
      // What was answered all the same counts, and what the whole process gives up is no yielding.
      if (outcome.kind !== 'aborted' || !yielding.aborted || abort.aborted) return outcome;
      this.options.onYielded?.(performance.now() - startedAtMs);
      return YIELDED;
    } finally {
      links.release();
    }
  }

  private note(outcome: { readonly kind: string }, lines: number): void {
    const { share } = this.options;
    if (outcome.kind === 'aborted') this.options.onAborted?.();
    if (outcome.kind === 'finished' || outcome.kind === 'answered') {
      share?.completed(lines);
      this.options.onAnswered?.();
    }
    if (isEndpointFull(outcome)) share?.full();
  }

  /** Refusals are no answers: many are our own, made without asking the endpoint. */
  noteAnswer(): void {
    this.failuresInARow = 0;
    this.options.health.succeeded();
  }

  /** Counts a failure that may have been the endpoint's own. */
  async noteFailure(error: GatewayError): Promise<void> {
    if (++this.failuresInARow < FAILURES_BEFORE_PROBE) return;
    this.failuresInARow = 0;
    await this.expectAlive(error);
  }

  /** Gives the endpoint up, because of `error`, unless it answers a tiny request. @returns whether it is alive. */
  async expectAlive(error: GatewayError): Promise<boolean> {
    const { models, context, abort } = this.options;
    if (await probeModel(models, context, abort)) return true;
    this.giveUp(error);
    return false;
  }

  /** Nobody calls the endpoint again before it has had a rest. A probe that was stopped has proved nothing. */
  private giveUp(error: GatewayError): void {
    if (this.options.stop.aborted) return;
    this.options.health.failed(undefined);
    this.given = error;
  }
}

const YIELDED = Symbol('yielded');

type EndpointFull = Extract<FailedCall, { readonly kind: 'endpoint' }>;

function isEndpointFull(outcome: { readonly kind: string }): outcome is EndpointFull {
  return outcome.kind === 'endpoint';
}
