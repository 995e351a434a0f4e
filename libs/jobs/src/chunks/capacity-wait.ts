import type { ChunkCommit } from '#contracts';
import type { CallSlots } from './call-slots.js';

/** Time for which a chunk stood still: a call of it waited for a slot, and none was in flight. */
export class CapacityWait {
  private waiting = 0;
  private inFlight = 0;
  private sinceMs: number | undefined;
  private totalMs = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The same slots, watched. */
  around(slots: CallSlots): CallSlots {
    return {
      use: async (signal, work) => {
        this.change(1, 0);
        let isInFlight = false;
        try {
          return await slots.use(signal, async (grant) => {
            isInFlight = true;
            this.change(-1, 1);
            return await work(grant);
          });
        } finally {
          if (isInFlight) this.change(0, -1);
          else this.change(-1, 0);
        }
      },
    };
  }

  /** Whole milliseconds so far. */
  elapsedMs(): number {
    const open = this.sinceMs === undefined ? 0 : this.now() - this.sinceMs;
    return Math.floor(this.totalMs + open);
  }

  private change(waiting: number, inFlight: number): void {
    this.waiting += waiting;
    this.inFlight += inFlight;
    const stands = this.waiting > 0 && this.inFlight === 0;
    if (stands) this.sinceMs ??= this.now();
    else if (this.sinceMs !== undefined) {
      this.totalMs += this.now() - this.sinceMs;
      this.sinceMs = undefined;
    }
  }
}

/** As commits and records hold it: where there is nothing to tell they say nothing. */
export function toWaited(waitedMs: number): Pick<ChunkCommit, 'waitedMs'> {
  return waitedMs === 0 ? {} : { waitedMs };
}
