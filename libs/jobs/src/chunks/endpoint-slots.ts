/** The calls that bulk may have in flight on one endpoint, shared by all chunks of this process, first come first served. */
export class EndpointSlots {
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  /** Waits for a slot and runs `work` in it. Gives up without running it once the signal is aborted. */
  async use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.take(signal))) return undefined;
    try {
      return await work();
    } finally {
      this.give();
    }
  }

  private async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.inFlight < this.limit) {
      this.inFlight++;
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        const place = this.waiting.indexOf(start);
        if (place >= 0) this.waiting.splice(place, 1);
        resolve(false);
      };
      this.waiting.push(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the slot to the next in line, so that the number in flight stays. */
  private give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inFlight--;
    else next();
  }
}
