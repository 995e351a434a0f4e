/** A call that bulk has in flight. */
export interface YieldingCall {
  readonly startedAtMs: number;
  /** Whether it can be made again later, and is long enough for that to be worth it. */
  readonly mayYield: boolean;
}

/** Of the time that calls have taken in all, those in flight included, so much may have been in vain. */
const MAX_WASTE = 0.05;
/** What was earned counts half after so long: a quiet day must not pay for an hour in which all is done twice. */
const HALF_LIFE_MS = 600_000;

/**
 * Says which calls are given up for realtime's sake. What is done twice stays a small part of what is done, at every moment
 * and so in the end.
 */
export class YieldBudget {
  private endedMs = 0;
  private wastedMs = 0;
  private atMs = 0;

  /** A call that was not given up has taken so long. */
  ended(callMs: number, nowMs: number): void {
    this.age(nowMs);
    this.endedMs += callMs;
  }

  /**
   * Takes calls off the budget, the youngest first, as the least is lost with them.
   *
   * @param running All calls in flight.
   * @param excess How many of them are too many.
   * @returns those to be given up; the others are to run to their ends.
   */
  giveUp<Call extends YieldingCall>(running: readonly Call[], excess: number, nowMs: number): readonly Call[] {
    this.age(nowMs);
    const runningMs = running.reduce((sum, { startedAtMs }) => sum + nowMs - startedAtMs, 0);
    const mostMs = MAX_WASTE * (this.endedMs + this.wastedMs + runningMs);
    const given: Call[] = [];
    const youngestFirst = running.filter(({ mayYield }) => mayYield).toSorted((a, b) => b.startedAtMs - a.startedAtMs);
    for (const call of youngestFirst.slice(0, Math.max(0, excess))) {
      const wastedMs = this.wastedMs + nowMs - call.startedAtMs;
      if (wastedMs > mostMs) break;
      this.wastedMs = wastedMs;
      given.push(call);
    }
    return given;
  }

  private age(nowMs: number): void {
    const kept = 0.5 ** ((nowMs - this.atMs) / HALF_LIFE_MS);
    this.atMs = nowMs;
    this.endedMs *= kept;
    this.wastedMs *= kept;
  }
}
