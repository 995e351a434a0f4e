/**
 * Lets many work side by side, or one alone. Whoever waits to be alone holds newcomers back; whoever was alone lets those
 * in that waited meanwhile, so neither side starves the other.
 */
export class SoloLock {
  private beside = 0;
  private alone = false;
  private readonly waitingBeside = new Set<() => void>();
  private readonly waitingAlone = new Set<() => void>();

  /** False, without having a place, once the signal is aborted. */
  async takeBeside(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.alone || this.waitingAlone.size > 0) return await this.wait(this.waitingBeside, signal);
    this.beside++;
    return true;
  }

  /** False, without having the place, once the signal is aborted. */
  async takeAlone(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.alone || this.beside > 0) return await this.wait(this.waitingAlone, signal);
    this.alone = true;
    return true;
  }

  leaveBeside(): void {
    this.beside--;
    if (this.beside === 0) this.admitAlone();
  }

  leaveAlone(): void {
    this.alone = false;
    if (!this.admitBeside()) this.admitAlone();
  }

  private admitBeside(): boolean {
    const waiting = [...this.waitingBeside];
    this.waitingBeside.clear();
    this.beside += waiting.length;
    for (const start of waiting) start();
    return waiting.length > 0;
  }

  private admitAlone(): void {
    const [next] = this.waitingAlone;
    if (next === undefined) return;
    this.waitingAlone.delete(next);
    this.alone = true;
    next();
  }

  private async wait(place: Set<() => void>, signal: AbortSignal): Promise<boolean> {
    return await new Promise<boolean>((resolve) => {
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        place.delete(start);
        resolve(false);
        if (!this.alone && this.waitingAlone.size === 0) this.admitBeside();
      };
      place.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
