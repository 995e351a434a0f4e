import { setImmediate as othersTurn } from 'node:timers/promises';

/** A store that is fast enough to keep a reader busy must not keep the process from renewing its locks. */
const MAX_TURN_MS = 10;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 64;

/** Splits long work into turns, between which the event loop sees to everything else. */
export class Turns {
  private beganMs = performance.now();
  private steps = 0;

  /** Counts a step; true when it is time to `pass()`. */
  step(): boolean {
    return ++this.steps % STEPS_PER_LOOK === 0 && performance.now() - this.beganMs >= MAX_TURN_MS;
  }

  async pass(): Promise<void> {
    await othersTurn();
    this.beganMs = performance.now();
  }
}
