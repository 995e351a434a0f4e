/** Of the time that calls take in all, so much may be given up so that realtime need not wait. */
const MAX_WASTE = 0.05;
/** Nothing is known at first; a call that has just begun is given up all the same. */
const FIRST_CREDIT_MS = 2000;

/** Says which calls may be given up for realtime's sake, so that what is done twice stays a small part of what is done. */
export class YieldBudget {
  private doneMs = 0;
  private wastedMs = 0;

  done(callMs: number): void {
    this.doneMs += callMs;
  }

  /** Takes a call that has run for so long off the budget. @returns false where it is to run to its end. */
  giveUp(callMs: number): boolean {
    const wastedMs = this.wastedMs + callMs;
    if (wastedMs > MAX_WASTE * (this.doneMs + wastedMs) + FIRST_CREDIT_MS) return false;
    this.wastedMs = wastedMs;
    return true;
  }
}
