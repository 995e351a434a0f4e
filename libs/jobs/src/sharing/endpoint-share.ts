import { mayGiveUp, startCapacity, stepCapacity, type CapacitySettings, type CapacityState } from '#inference';
import type { BulkCounts, CapacityBoard, CapacityDecision, Settlement, ShareReport } from './capacity-board.port.js';
import { SampleMaker } from './sample-maker.js';

export interface ShareSettings extends CapacitySettings {
  readonly endpoint: string;
}

/** The slots that a share of an endpoint's capacity bounds. */
export interface SharedSlots {
  /** Calls in flight. */
  readonly inUse: number;
  /** Calls in flight and those that wait. */
  readonly demand: number;
  setLimit(limit: number): void;
  /** Gives up calls beyond the limit. */
  shed(): void;
}

/** What each worker may do while it knows nothing of the others. */
const BLIND_CALLS = 1;
/** Five ticks, in which everyone has told an empty board what is in flight. */
const GATHER_MS = 500;
/** A third of the time after which a decision does not count any more. */
const SAME_MS = 500;
/** An endpoint without work is kept for so long: chunks follow each other. */
const IDLE_TICKS = 20;

/** One worker's part of one endpoint. */
export class EndpointShare {
  lease = 0;
  decision: CapacityDecision | undefined;
  private counts: BulkCounts = { completed: 0, lines: 0, full: 0 };
  private idleTicks = IDLE_TICKS;
  private wasLeader = false;
  private state: CapacityState | undefined;
  private gatheringUntilMs: number | undefined;
  private readonly samples = new SampleMaker();

  constructor(
    private readonly settings: ShareSettings,
    private readonly slots: SharedSlots,
  ) {}

  get endpoint(): string {
    return this.settings.endpoint;
  }

  /** A call of so many lines was answered. */
  completed(lines: number): void {
    const { completed, full } = this.counts;
    this.counts = { completed: completed + 1, lines: this.counts.lines + lines, full };
  }

  /** The endpoint said that it takes no more. */
  full(): void {
    this.counts = { ...this.counts, full: this.counts.full + 1 };
  }

  /** Whether its part is to be asked for; counts as one tick. */
  isWorking(): boolean {
    this.idleTicks = this.slots.demand > 0 ? 0 : this.idleTicks + 1;
    if (this.idleTicks < IDLE_TICKS) return true;
    this.limit(0);
    this.resign();
    return false;
  }

  /** @throws GatewayError `queue_unavailable`, with one call at a time allowed */
  async settle(board: CapacityBoard, worker: string): Promise<void> {
    const { endpoint, slots, counts } = this;
    try {
      const { inUse: inFlight, demand: wanted } = slots;
      const report: ShareReport = { endpoint, inFlight, wanted, limit: this.lease, counts };
      let settlement = await board.settle(worker, report);
      if (this.isGathering(settlement)) {
        this.limit(Math.min(this.lease, slots.inUse));
        return;
      }
      if (settlement.isLeader) await this.decide(board, worker, settlement);
      else this.resign();
      // What is decided first, or decided down, is not left waiting for the next tick.
      if (this.hasLowered(settlement)) settlement = await board.settle(worker, report);
      this.decision = settlement.isLeader ? this.decision : settlement.decision;
      this.limit(settlement.lease ?? BLIND_CALLS);
      if (settlement.lease !== undefined && this.mayGiveUp()) slots.shed();
    } catch (error) {
      this.resign();
      this.gatheringUntilMs = undefined;
      this.limit(BLIND_CALLS);
      throw error;
    }
  }

  /** Whether the lease is a part of more than what is granted now. */
  private hasLowered({ lease, decision }: Settlement): boolean {
    return this.state !== undefined && (lease === undefined || this.state.grant < (decision?.state.grant ?? 0));
  }

  private async decide(board: CapacityBoard, worker: string, settlement: Settlement): Promise<void> {
    const { settings } = this;
    if (!this.wasLeader) this.samples.forget();
    this.wasLeader = true;
    const known = this.state ?? (settlement.decision ?? this.decision)?.state;
    const before = known ?? startCapacity(settings, settlement.nowMs);
    const sample = this.samples.next(settlement);
    this.state = stepCapacity(before, sample, settings);
    this.decision = {
      settings,
      state: this.state,
      realtime: sample.realtime.inFlight,
      bulk: sample.bulk.inFlight,
    };
    if (this.isNews(settlement, this.state)) await board.decide(worker, settings.endpoint, this.decision);
  }

  /** Without realtime near a tick whose grant is that of before says nothing new; who takes over then misses a few ticks. */
  private isNews({ decision, nowMs }: Settlement, { phase, grant }: CapacityState): boolean {
    if (decision === undefined || phase !== 'alone' || decision.state.phase !== phase) return true;
    return decision.state.grant !== grant || nowMs - decision.state.atMs >= SAME_MS;
  }

  /**
   * Decisions are remembered for long: a board without one is new or was emptied, and then it knows nothing of calls in flight.
   * Nobody begins more of them before it does.
   */
  private isGathering({ decision, isLeader, nowMs }: Settlement): boolean {
    if (decision !== undefined) {
      this.gatheringUntilMs = undefined;
      return false;
    }
    this.gatheringUntilMs ??= nowMs + GATHER_MS;
    return !isLeader || nowMs < this.gatheringUntilMs;
  }

  private mayGiveUp(): boolean {
    return this.settings.onYield === 'abort' && this.decision !== undefined && mayGiveUp(this.decision.state);
  }

  private resign(): void {
    this.wasLeader = false;
    this.state = undefined;
  }

  private limit(calls: number): void {
    this.lease = calls;
    this.slots.setLimit(calls);
  }
}
