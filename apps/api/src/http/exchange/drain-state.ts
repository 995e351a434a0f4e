import { setMaxListeners } from 'node:events';

/** Whether the process still takes calls, and how many are open. */
export class DrainState {
  private open = 0;
  private isDraining = false;
  private isRefusing = false;
  private readonly refusal = new AbortController();
  private idleWaiters: (() => void)[] = [];

  constructor() {
    // As many as there are streams.
    setMaxListeners(0, this.refusal.signal);
  }

  /** Not ready any more; connections end with their answers. */
  get draining(): boolean {
    return this.isDraining;
  }

  /** New calls are turned away. */
  get refusing(): boolean {
    return this.isRefusing;
  }

  /** Aborts as new calls begin to be turned away: what would go on for long ends then. */
  get refusalSignal(): AbortSignal {
    return this.refusal.signal;
  }

  get openCalls(): number {
    return this.open;
  }

  opened(): void {
    this.open++;
  }

  closed(): void {
    this.open--;
    if (this.open > 0) return;
    for (const resolve of this.idleWaiters) resolve();
    this.idleWaiters = [];
  }

  drain(): void {
    this.isDraining = true;
  }

  refuse(): void {
    this.isDraining = true;
    this.isRefusing = true;
    this.refusal.abort();
  }

  /** Resolves once no call is open; `false` when that took longer than the limit. */
  whenIdle(timeoutMs: number): Promise<boolean> {
    if (this.open === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.idleWaiters.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
