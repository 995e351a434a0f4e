import { UsageWindow, WINDOW_MS, type Unreported } from './usage-window.js';

/** What the others have granted, as of the last settlement. */
export interface Grant {
  /** How much this process may hold and use, beyond what it had reported by then. */
  readonly granted: number;
  /** Used in the last minute by all processes together. */
  readonly used: number;
  /** Milliseconds until the oldest of that is a minute ago. */
  readonly oldestLeavesMs: number;
}

/** What a settlement tells the others. */
export interface ShareReport {
  readonly limit: number;
  readonly held: number;
  /** What was asked for last, where that is not long ago; 0 = nothing. Decides who gets what is left. */
  readonly wanted: number;
  readonly amounts: readonly Unreported[];
}

/** What all shares of one process have in common. */
export interface Standing {
  /** Processes that a limit is shared by, as far as is known. */
  readonly replicas: number;
  /** Whether the last settlement is too old to go by. */
  readonly isDegraded: boolean;
}

/** Somebody who was refused tries again within about this time. */
const WANTED_FOR_MS = 2000;

/**
 * One process's share of one limit: an amount per minute (`window`), an amount at a time (`held`), or both, where an
 * amount is held until it is known. Plain arithmetic; nothing here waits.
 */
export class Share {
  readonly window = new UsageWindow();
  held = 0;
  private wanted = 0;
  private wantedAtMs = -Infinity;
  private settled: Grant | undefined;
  private settledAtMs = 0;
  /** How much of `settled.used` was this process's own. */
  private ownSettled = 0;

  constructor(public limit: number) {}

  /** Whether this process may use or hold so much more now. An amount above the limit counts as the whole limit. */
  hasRoomFor(amount: number, standing: Standing, nowMs: number): boolean {
    this.wanted = Math.min(amount, this.limit);
    this.wantedAtMs = nowMs;
    const room = this.bound(standing, nowMs) - this.held;
    // While nothing can be shared out, the most that could ever be had is this process's part.
    return room >= (standing.isDegraded ? Math.min(this.wanted, this.part(standing)) : this.wanted);
  }

  /** Of the whole limit, as far as this process knows. */
  remaining(nowMs: number): number {
    const own = this.window.total(nowMs);
    const all = Math.max(own, this.knownUse(nowMs) + this.window.pending(nowMs));
    return Math.max(0, Math.floor(this.limit - all - this.held));
  }

  /** Milliseconds until some of what all have used is a minute ago; 0 where there is room and it only has to come here. */
  untilRoomMs(nowMs: number): number {
    if (this.remaining(nowMs) > 0) return 0;
    const own = this.window.untilOldestLeaves(nowMs);
    if (this.settled === undefined || this.settled.used === 0) return own;
    return Math.max(0, this.settled.oldestLeavesMs - (nowMs - this.settledAtMs));
  }

  report(nowMs: number): ShareReport {
    const wanted = nowMs - this.wantedAtMs < WANTED_FOR_MS ? this.wanted : 0;
    return { limit: this.limit, held: this.held, wanted, amounts: this.window.unreported(nowMs) };
  }

  /** Takes what the others answered to a report of `reportedAtMs`. */
  settle(amounts: readonly Unreported[], grant: Grant, times: { reportedAtMs: number; nowMs: number }): void {
    const { reportedAtMs, nowMs } = times;
    this.window.acknowledge(amounts, reportedAtMs, nowMs);
    this.settled = grant;
    this.settledAtMs = nowMs;
    this.ownSettled = this.window.total(nowMs) - this.window.pending(nowMs);
  }

  /** Takes what was granted before this process had any use for it. */
  begin(grant: Grant, settledAtMs: number): void {
    if (this.settled !== undefined) return;
    this.settled = grant;
    this.settledAtMs = settledAtMs;
  }

  /** Nobody has used anything for a minute: every process has its part again. */
  clear(): void {
    this.settled = undefined;
  }

  isIdle(nowMs: number): boolean {
    return this.held === 0 && this.window.total(nowMs) === 0 && nowMs - this.wantedAtMs >= WINDOW_MS;
  }

  /** What is held, and used without having been reported, may come to this. */
  private bound(standing: Standing, nowMs: number): number {
    if (!standing.isDegraded)
      return (this.settled?.granted ?? Math.floor(this.limit / standing.replicas)) - this.window.pending(nowMs);
    // The part that is this process's own, and never more than the limit leaves of what all are known to have used.
    const own = this.window.total(nowMs);
    const others = Math.max(0, this.knownUse(nowMs) - this.ownSettled);
    return Math.min(this.part(standing) - own, this.limit - own - others);
  }

  /** At least one each, or small limits would let nobody in. */
  private part({ replicas }: Standing): number {
    return Math.max(1, Math.floor(this.limit / replicas));
  }

  private knownUse(nowMs: number): number {
    return this.settled === undefined || nowMs - this.settledAtMs >= WINDOW_MS ? 0 : this.settled.used;
  }
}
