/** A minute is what limits are given per; it is counted in pieces, and a piece leaves the count as a whole. */
export const WINDOW_MS = 60_000;
/** The finer, the more exact: with two seconds a limit is kept up to 3 % below what was asked for, never above. */
export const SLOT_MS = 2000;
/** The piece that is being filled, and enough full ones to cover a minute. */
export const SLOTS = WINDOW_MS / SLOT_MS + 1;

/** What was used in one piece of time and not told to the others yet. */
export interface Unreported {
  /** Pieces of `SLOT_MS` ago; 0 = now. */
  readonly age: number;
  readonly amount: number;
}

/** What this process has used of one limit in the last minute, and how much of that the others know of. */
export class UsageWindow {
  private readonly used = new Float64Array(SLOTS);
  private readonly reported = new Float64Array(SLOTS);
  private slot = 0;
  private sum = 0;
  private untold = 0;

  add(amount: number, nowMs: number): void {
    this.turn(nowMs);
    const place = this.slot % SLOTS;
    this.used[place] = (this.used[place] ?? 0) + amount;
    this.sum += amount;
    this.untold += amount;
  }

  total(nowMs: number): number {
    this.turn(nowMs);
    return this.sum;
  }

  /** Used and not told yet. */
  pending(nowMs: number): number {
    this.turn(nowMs);
    return this.untold;
  }

  unreported(nowMs: number): Unreported[] {
    this.turn(nowMs);
    const found: Unreported[] = [];
    for (let age = 0; age < SLOTS && age <= this.slot; age++) {
      const place = (this.slot - age) % SLOTS;
      const amount = (this.used[place] ?? 0) - (this.reported[place] ?? 0);
      if (amount > 0) found.push({ age, amount });
    }
    return found;
  }

  /** What `unreported` gave at `atMs` is known now. */
  acknowledge(amounts: readonly Unreported[], atMs: number, nowMs: number): void {
    this.turn(nowMs);
    const slotThen = Math.floor(atMs / SLOT_MS);
    for (const { age, amount } of amounts) {
      const slot = slotThen - age;
      if (this.slot - slot >= SLOTS) continue;
      const place = slot % SLOTS;
      this.reported[place] = (this.reported[place] ?? 0) + amount;
      this.untold -= amount;
    }
  }

  /** The others have forgotten all of it. */
  forget(): void {
    this.reported.fill(0);
    this.untold = this.sum;
  }

  /** Milliseconds until the oldest use is a minute ago; 0 where nothing was used. */
  untilOldestLeaves(nowMs: number): number {
    this.turn(nowMs);
    for (let age = Math.min(SLOTS - 1, this.slot); age >= 0; age--) {
      const slot = this.slot - age;
      if ((this.used[slot % SLOTS] ?? 0) > 0) return (slot + SLOTS) * SLOT_MS - nowMs;
    }
    return 0;
  }

  /** Milliseconds until all that was used is a minute ago; 0 where nothing was used. */
  untilNewestLeaves(nowMs: number): number {
    this.turn(nowMs);
    for (let age = 0; age < SLOTS && age <= this.slot; age++) {
      const slot = this.slot - age;
      if ((this.used[slot % SLOTS] ?? 0) > 0) return (slot + SLOTS) * SLOT_MS - nowMs;
    }
    return 0;
  }

  private turn(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (slot <= this.slot) return;
    const passed = Math.min(slot - this.slot, SLOTS);
    for (let step = 1; step <= passed; step++) {
      const place = (slot - passed + step) % SLOTS;
      this.sum -= this.used[place] ?? 0;
      this.untold -= (this.used[place] ?? 0) - (this.reported[place] ?? 0);
      this.used[place] = 0;
      this.reported[place] = 0;
    }
    this.slot = slot;
  }
}
