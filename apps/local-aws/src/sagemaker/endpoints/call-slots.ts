/** The calls that a container works on at once; the others wait their turn, and leave the line when their client does. */
export class CallSlots {
  private busy = 0;
  private readonly waiting: (() => void)[] = [];
  private limit: number;

  constructor(limit = Infinity) {
    this.limit = limit;
  }

  get inUse(): number {
    return this.busy;
  }

  resize(limit = Infinity): void {
    this.limit = limit;
    this.admit();
  }

  /** Resolves when it is the caller's turn; the caller must call release() then. Rejects with the signal's reason. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.busy < this.limit) {
      this.busy += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  release(): void {
    this.busy -= 1;
    this.admit();
  }

  private admit(): void {
    while (this.busy < this.limit) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.busy += 1;
      next();
    }
  }
}
