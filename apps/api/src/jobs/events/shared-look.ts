/** However many come at once, looks begin no closer together than this. */
const MIN_GAP_MS = 100;

export interface LookRequest {
  /** Milliseconds that the look may be put off, so that others can share it. */
  readonly withinMs: number;
  /** Milliseconds after which its outcome is not waited for any longer. */
  readonly giveUpMs: number;
  /** Aborted when nobody wants it any more. */
  readonly signal: AbortSignal;
}

interface Waiter<T> {
  resolve(found: T | undefined): void;
  reject(error: unknown): void;
}

interface PlannedLook<T> {
  readonly waiters: Set<Waiter<T>>;
  dueMs: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * One look at a time for all who want to see the same thing. Each gets what a look has found that began after it asked,
 * so that nobody is shown something older than what it knows already. Without anybody who waits there is no look.
 */
export class SharedLook<T> {
  private planned: PlannedLook<T> | undefined;
  private isLooking = false;
  private beganMs = -Infinity;

  constructor(private readonly look: () => Promise<T>) {}

  /** @returns nothing when it was given up or aborted. @throws what the look throws. */
  ask({ withinMs, giveUpMs, signal }: LookRequest): Promise<T | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const planned = (this.planned ??= { waiters: new Set(), dueMs: Infinity, timer: undefined });
    planned.dueMs = Math.min(planned.dueMs, performance.now() + withinMs);
    const outcome = new Promise<T | undefined>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        this.leave(planned, waiter);
      };
      const leave = (): void => waiter.resolve(undefined);
      const waiter: Waiter<T> = {
        resolve: (found) => {
          settle();
          resolve(found);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(leave, giveUpMs);
      signal.addEventListener('abort', leave);
      planned.waiters.add(waiter);
    });
    this.schedule(planned);
    return outcome;
  }

  private leave(planned: PlannedLook<T>, waiter: Waiter<T>): void {
    planned.waiters.delete(waiter);
    if (planned.waiters.size > 0 || this.planned !== planned) return;
    clearTimeout(planned.timer);
    this.planned = undefined;
  }

  /** While one look goes on, the next one waits for its end. */
  private schedule(planned: PlannedLook<T>): void {
    if (this.isLooking) return;
    clearTimeout(planned.timer);
    const dueMs = Math.max(planned.dueMs, this.beganMs + MIN_GAP_MS);
    planned.timer = setTimeout(() => void this.run(planned), Math.max(0, dueMs - performance.now()));
  }

  private async run(planned: PlannedLook<T>): Promise<void> {
    this.planned = undefined;
    this.isLooking = true;
    this.beganMs = performance.now();
    try {
      const found = await this.look();
      for (const waiter of planned.waiters) waiter.resolve(found);
    } catch (error) {
      for (const waiter of planned.waiters) waiter.reject(error);
    } finally {
      this.isLooking = false;
      if (this.planned !== undefined) this.schedule(this.planned);
    }
  }
}
