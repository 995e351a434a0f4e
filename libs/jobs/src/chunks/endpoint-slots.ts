import { YieldBudget } from '#inference';
import { compareClaims, type WorkClaim } from '../dispatch/work-claim.js';
import type { CallAsker } from './call-slots.js';

/** Work that nobody in particular asked for, such as a test's. */
const NOBODY: CallAsker = { claim: { tenant: '', jobId: '', rank: 0, deadlineMs: Infinity }, mayYield: false };
/** Tenants that are remembered while they have nothing in flight, so that taking turns costs bounded memory. */
const MAX_IDLE_TENANTS = 256;

/** Who stands in the line for a slot. */
interface Waiter {
  readonly claim: WorkClaim;
  /** Whether it would take a slot now; absent = always. Asked anew whenever one is free. */
  mayStart?(): boolean;
  /** Called once, when it has a slot and stands in the line no more. */
  start(): void;
}

interface RunningCall {
  readonly startedAtMs: number;
  readonly mayYield: boolean;
  readonly yielding: AbortController;
}

interface TenantUse {
  inFlight: number;
  /** Number of the grant that it got last; 0 for none. */
  lastGrant: number;
}

/**
 * The calls that bulk may have in flight on one endpoint, shared by all chunks of this process. A slot is for one call:
 * it goes to the waiting tenant with the fewest calls in flight, among equals to the one that got a slot the longest ago;
 * within a tenant by priority, then deadline, then first come first served.
 */
export class EndpointSlots {
  private inFlight = 0;
  private grants = 0;
  private readonly waiting: Waiter[] = [];
  private readonly tenants = new Map<string, TenantUse>();
  private readonly running = new Set<RunningCall>();
  private readonly budget = new YieldBudget();

  /** @param onWait Called when a call finds no slot free. */
  constructor(
    private limit: number,
    private readonly onWait?: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Calls in flight, and those that wait for a slot. */
  get demand(): number {
    return this.inFlight + this.waiting.length;
  }

  get inUse(): number {
    return this.inFlight;
  }

  /** How many calls may be in flight from now on. Fewer than there are leaves those that run, and lets none follow. */
  setLimit(limit: number): void {
    this.limit = limit;
    this.startWaiting();
  }

  /** Takes slots back from calls beyond the limit, as far as they may yield and little is lost with them. */
  shed(): void {
    const staying = [...this.running].filter(({ yielding }) => !yielding.signal.aborted);
    const given = this.budget.giveUp(staying, staying.length - this.limit, this.now());
    for (const { yielding } of given) yielding.abort();
  }

  /** Calls that could begin now. */
  get free(): number {
    return this.limit - this.inFlight;
  }

  /**
   * Waits for a slot and runs `work` in it. Gives up without running it once the signal is aborted.
   *
   * @param work Its own signal is aborted when the call is to give its slot back at once, and to be made again later.
   */
  async use<T>(
    signal: AbortSignal,
    work: (yielding: AbortSignal) => Promise<T>,
    asker: CallAsker = NOBODY,
  ): Promise<T | undefined> {
    if (!(await this.takeOrWait(signal, asker.claim))) return undefined;
    return await this.run(work, asker);
  }

  /** Runs `work` in a slot that was taken, or was given to one who stood in the line. */
  async run<T>(work: (yielding: AbortSignal) => Promise<T>, { claim, mayYield }: CallAsker): Promise<T> {
    const call: RunningCall = { startedAtMs: this.now(), mayYield, yielding: new AbortController() };
    this.running.add(call);
    try {
      return await work(call.yielding.signal);
    } finally {
      this.running.delete(call);
      const nowMs = this.now();
      if (!call.yielding.signal.aborted) this.budget.ended(nowMs - call.startedAtMs, nowMs);
      this.give(claim);
    }
  }

  /** Takes a slot, to be called only where one is free. What was taken is to be run. */
  take({ tenant }: WorkClaim): void {
    const use = this.useOf(tenant);
    this.inFlight++;
    use.inFlight++;
    use.lastGrant = ++this.grants;
    if (this.tenants.size > MAX_IDLE_TENANTS)
      for (const [name, { inFlight }] of this.tenants) if (inFlight === 0) this.tenants.delete(name);
  }

  /** Stands in the line for a slot. @returns what leaves it */
  enter(waiter: Waiter): () => void {
    this.waiting.push(waiter);
    this.onWait?.();
    return () => {
      const place = this.waiting.indexOf(waiter);
      if (place >= 0) this.waiting.splice(place, 1);
    };
  }

  /** Looks again who may begin, after a change that only those know who wait. */
  startWaiting(): void {
    while (this.inFlight < this.limit) {
      const next = this.nextInTurn();
      if (next === undefined) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.take(next.claim);
      next.start();
    }
  }

  private async takeOrWait(signal: AbortSignal, claim: WorkClaim): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.inFlight < this.limit) {
      this.take(claim);
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const giveUp = (): void => {
        leave();
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const leave = this.enter({
        claim,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(true);
        },
      });
    });
  }

  private give({ tenant }: WorkClaim): void {
    this.inFlight--;
    this.useOf(tenant).inFlight--;
    this.startWaiting();
  }

  private nextInTurn(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.waiting) {
      if (waiter.mayStart?.() === false) continue;
      if (next === undefined || this.compare(waiter, next) < 0) next = waiter;
    }
    return next;
  }

  private compare(a: Waiter, b: Waiter): number {
    if (a.claim.tenant === b.claim.tenant) return compareClaims(a.claim, b.claim);
    const [useOfA, useOfB] = [this.useOf(a.claim.tenant), this.useOf(b.claim.tenant)];
    return useOfA.inFlight - useOfB.inFlight || useOfA.lastGrant - useOfB.lastGrant;
  }

  private useOf(tenant: string): TenantUse {
    const known = this.tenants.get(tenant);
    if (known !== undefined) return known;
    const use: TenantUse = { inFlight: 0, lastGrant: 0 };
    this.tenants.set(tenant, use);
    return use;
  }
}
