import { pause, type GatewayError } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { CallGrant, CallPlace, CallSlots, PlacedCall } from './call-slots.js';
import type { ChunkContext } from './job-context.js';
import type { FailedCall } from './judge-failure.js';
import { LinkedSignals } from './linked-signals.js';
import { probeModel } from './probe-model.js';

export interface EndpointCallsOptions {
  readonly context: ChunkContext;
  readonly models: BulkModels;
  readonly slots: CallSlots;
  /** All endpoints that slots are given at. */
  readonly places: readonly CallPlace[];
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
/** A chunk whose endpoints all fail for so long gives its slot back; it comes again later. */
const GIVE_UP_MS = 15_000;

/** One chunk's calls to its endpoints, and what they tell of each: whether it is full, broken, or alive. */
export class EndpointCalls {
  private readonly failuresInARow = new Map<CallPlace, number>();
  private given: GatewayError | undefined;

  constructor(private readonly options: EndpointCallsOptions) {}

  /** Why nothing more is asked of the endpoints; `undefined` as long as one serves. */
  get error(): GatewayError | undefined {
    return this.given;
  }

  /**
   * Makes a call in a slot; one that meets a full endpoint is made again, at another one if there is one, and given up when
   * all stay full. A call that has to give its slot to realtime is made again too.
   *
   * @param lines How many lines the call answers, asked once it has been made.
   * @returns `undefined` when the call was not made (any more).
   */
  async make<T extends { readonly kind: string }>(
    attempt: (call: PlacedCall) => Promise<T>,
    lines: () => number = () => 1,
  ): Promise<Exclude<T, { readonly kind: 'endpoint' }> | undefined> {
    const { places, slots, stop } = this.options;
    for (;;) {
      await pause(Math.min(...places.map(({ health }) => health.pauseMs())), stop);
      if (stop.aborted || this.given !== undefined) return undefined;
      const outcome: T | EndpointFull | typeof YIELDED | undefined = await slots.use(stop, async (grant) => {
        const made = await this.attemptUntil(grant, attempt);
        // Before the slot is free: whoever is next in line goes by it.
        if (made !== YIELDED) this.note(made, lines(), grant.place);
        return made;
      });
      if (outcome === YIELDED) continue;
      if (outcome === undefined) return undefined;
      if (!isEndpointFull(outcome)) return outcome as Exclude<T, { readonly kind: 'endpoint' }>;
      if (this.error !== undefined) return undefined;
    }
  }

  private async attemptUntil<T extends { readonly kind: string }>(
    { yielding, place }: CallGrant,
    attempt: (call: PlacedCall) => Promise<T>,
  ): Promise<T | typeof YIELDED> {
    const { abort } = this.options;
    const links = new LinkedSignals();
    const startedAtMs = performance.now();
    try {
      const outcome = await attempt({ place, signal: links.any([abort, yielding]) });
      // What was answered all the same counts, and what the whole process gives up is no yielding.
      if (outcome.kind !== 'aborted' || !yielding.aborted || abort.aborted) return outcome;
      this.options.onYielded?.(performance.now() - startedAtMs);
      return YIELDED;
    } finally {
      links.release();
    }
  }

  private note(outcome: { readonly kind: string }, lines: number, place: CallPlace): void {
    if (isEndpointFull(outcome)) this.noteFull(outcome.error, place);
    if (outcome.kind === 'aborted') this.options.onAborted?.();
    if (outcome.kind === 'finished' || outcome.kind === 'answered') {
      place.share?.completed(lines);
      this.options.onAnswered?.();
    }
    if (outcome.kind === 'suspect') this.noteSuspect(place);
  }

  private noteFull(error: GatewayError, { share, health }: CallPlace): void {
    const { retryAfterSeconds } = error;
    share?.full();
    this.options.onRetry(error.reason);
    health.failed(retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000);
    if (this.options.places.every((place) => place.health.failingForMs() > GIVE_UP_MS)) this.given = error;
  }

  /** An endpoint that was failing has not come back with that; while another one serves it can be left alone for longer. */
  private noteSuspect({ health }: CallPlace): void {
    if (health.isFailing && this.options.places.length > 1) health.failed(undefined);
  }

  /** Refusals are no answers: many are our own, made without asking the endpoint. */
  noteAnswer(place: CallPlace): void {
    this.failuresInARow.delete(place);
    place.health.succeeded();
  }

  /** Counts a failure that may have been the endpoint's own. */
  async noteFailure(error: GatewayError, place: CallPlace): Promise<void> {
    const failures = (this.failuresInARow.get(place) ?? 0) + 1;
    this.failuresInARow.set(place, failures);
    if (failures < FAILURES_BEFORE_PROBE) return;
    this.failuresInARow.delete(place);
    await this.expectAlive(error, place);
  }

  /**
   * Leaves an endpoint alone, because of `error`, unless it answers a tiny request; gives all up where no other one serves.
   *
   * @returns whether it is alive.
   */
  async expectAlive(error: GatewayError, place: CallPlace): Promise<boolean> {
    const { models, context, abort } = this.options;
    if (await probeModel(models, context, { place, signal: abort })) return true;
    this.leave(error, place);
    return false;
  }

  /** Nobody calls the endpoint again before it has had a rest. A probe that was stopped has proved nothing. */
  private leave(error: GatewayError, { health }: CallPlace): void {
    if (this.options.stop.aborted) return;
    health.failed(undefined);
    if (this.options.places.every((place) => place.health.isFailing)) this.given = error;
  }
}

const YIELDED = Symbol('yielded');

type EndpointFull = Extract<FailedCall, { readonly kind: 'endpoint' }>;

function isEndpointFull(outcome: { readonly kind: string }): outcome is EndpointFull {
  return outcome.kind === 'endpoint';
}
