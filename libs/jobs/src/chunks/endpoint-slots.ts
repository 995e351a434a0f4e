import { YieldBudget } from '#inference';
import { compareClaims, type WorkClaim } from '../dispatch/work-claim.js';

/** Calls in flight on one endpoint, as one chunk sees them. */
export interface CallSlots {
  /**
   * Waits for a slot and runs `work` in it. Gives up without running it once the signal is aborted.
   *
   * @param work Its own signal is aborted when the call is to give its slot back at once, and to be made again later.
   */
  use<T>(signal: AbortSignal, work: (yielding: AbortSignal) => Promise<T>): Promise<T | undefined>;
}

/** Work that nobody in particular asked for, such as a test's. */
const NOBODY: WorkClaim = { tenant: '', jobId: '', rank: 0, deadlineMs: Infinity };
/** Tenants that are remembered while they have nothing in flight, so that taking turns costs bounded memory. */
const MAX_IDLE_TENANTS = 256;

interface Waiter {
  readonly claim: WorkClaim;
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
export class EndpointSlots implements CallSlots {
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

  /** The same slots, asked for in someone's name. @param mayYield whether calls heed their own signal */
  as(claim: WorkClaim, mayYield = false): CallSlots {
    return { use: async (signal, work) => await this.use(signal, work, claim, mayYield) };
  }

  async use<T>(
    signal: AbortSignal,
    work: (yielding: AbortSignal) => Promise<T>,
    claim: WorkClaim = NOBODY,
    mayYield = false,
  ): Promise<T | undefined> {
    if (!(await this.take(signal, claim))) return undefined;
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

  private async take(signal: AbortSignal, claim: WorkClaim): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.inFlight < this.limit) {
      this.grant(claim);
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const waiter: Waiter = {
        claim,
        start: () => {
          signal.removeEventListener('abort', leave);
          resolve(true);
        },
      };
      const leave = (): void => {
        const place = this.waiting.indexOf(waiter);
        if (place >= 0) this.waiting.splice(place, 1);
        resolve(false);
      };
      this.waiting.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
      this.onWait?.();
    });
  }

  private give({ tenant }: WorkClaim): void {
    this.inFlight--;
    this.useOf(tenant).inFlight--;
    this.startWaiting();
  }

  private startWaiting(): void {
    while (this.inFlight < this.limit) {
      const next = this.nextInTurn();
      if (next === undefined) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.grant(next.claim);
      next.start();
    }
  }

  private grant({ tenant }: WorkClaim): void {
    const use = this.useOf(tenant);
    this.inFlight++;
    use.inFlight++;
    use.lastGrant = ++this.grants;
    if (this.tenants.size > MAX_IDLE_TENANTS)
      for (const [name, { inFlight }] of this.tenants) if (inFlight === 0) this.tenants.delete(name);
  }

  private nextInTurn(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.waiting) if (next === undefined || this.compare(waiter, next) < 0) next = waiter;
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
