import { GatewayError } from '#platform';
import {
  CapacityBoard,
  type CapacityDecision,
  type PublishedSignals,
  type Settlement,
  type ShareReport,
} from '../sharing/capacity-board.port.js';

/** A board of one endpoint in this process's memory. Whoever asks first leads; the grant is parted evenly. */
export class MemoryCapacityBoard extends CapacityBoard {
  readonly realtime = new Map<string, PublishedSignals>();
  decision: CapacityDecision | undefined;
  leader: string | undefined;
  /** Workers that share the endpoint. */
  workers = 1;
  isAway = false;
  /** Whether the last decision is too old to be acted on. */
  isStale = false;
  nowMs = 1_000_000;

  override async publish(
    process: string,
    _endpoint: string,
    signals: PublishedSignals,
  ): Promise<CapacityDecision | undefined> {
    await this.reach();
    this.realtime.set(process, signals);
    return this.decision;
  }

  override async settle(worker: string, { inFlight, counts }: ShareReport): Promise<Settlement> {
    await this.reach();
    this.leader ??= worker;
    this.nowMs += 100;
    return {
      nowMs: this.nowMs,
      lease: this.isStale || !this.decision ? undefined : Math.floor(this.decision.state.grant / this.workers),
      isLeader: this.leader === worker,
      decision: this.decision,
      realtime: new Map(this.realtime),
      bulk: new Map([[worker, { inFlight, counts }]]),
    };
  }

  override async look(): Promise<CapacityDecision | undefined> {
    await this.reach();
    return this.decision;
  }

  override async decide(worker: string, _endpoint: string, decision: CapacityDecision): Promise<void> {
    await this.reach();
    if (this.leader === worker) this.decision = decision;
  }

  private async reach(): Promise<void> {
    await Promise.resolve();
    if (this.isAway) throw new GatewayError('queue_unavailable', 'away');
  }
}
