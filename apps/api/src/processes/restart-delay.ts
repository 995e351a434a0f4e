/** A process that lived this long did not fail for a reason that is there at every start. */
const STEADY_MS = 30_000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;

export interface RestartState {
  /** Deaths in a row, none of which followed a long life. */
  readonly failures: number;
  /** Milliseconds until the next start. */
  readonly delayMs: number;
}

/** At once after a long life; else later each time, so that what cannot live does not take the machine from the others. */
export function nextRestart(failures: number, livedMs: number): RestartState {
  if (livedMs >= STEADY_MS) return { failures: 0, delayMs: 0 };
  return { failures: failures + 1, delayMs: Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) };
}
