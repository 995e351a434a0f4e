import type { KeyLimits } from '../auth/key-record.js';
import { endPermit, KeyBudget, LIMIT_KINDS, type LimitKind, type Permit } from './key-budget.js';
import type { Grant, Share, ShareReport } from './share.js';

/** One share's report under the name that all processes know it by. */
interface NamedReport extends ShareReport {
  readonly id: string;
}

export interface Report {
  readonly atMs: number;
  readonly shares: readonly NamedReport[];
}

/** The others' answer to a report. */
export interface Settlement {
  readonly replicas: number;
  /** Whether this process's earlier reports are still remembered. */
  readonly isRemembered: boolean;
  /** Of every share that anybody has used within a minute; the rest is free. */
  readonly grants: ReadonlyMap<string, Grant>;
}

export interface ShareLedgerOptions {
  /** Processes to share with, until the first settlement says how many there are. */
  readonly replicas: number;
  /** Milliseconds after which the last settlement is too old to go by. */
  readonly degradedAfterMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** All limits of all keys as this process knows them. Admitting a call is a map read and a few sums. */
export class ShareLedger {
  /** Refusals since the start, for metrics. */
  readonly refused: Record<LimitKind, number> = { requests: 0, tokens: 0, concurrent: 0 };
  private readonly budgets = new Map<string, KeyBudget>();
  private readonly now: () => number;
  private replicas: number;
  private grants: Settlement['grants'] = new Map();
  private settledAtMs = -Infinity;

  constructor(private readonly options: ShareLedgerOptions) {
    this.now = options.now ?? (() => performance.now());
    this.replicas = options.replicas;
  }

  /** Whether each process goes by its own part alone, because the last settlement is too long ago. */
  get isDegraded(): boolean {
    return this.now() - this.settledAtMs > this.options.degradedAfterMs;
  }

  get knownReplicas(): number {
    return this.replicas;
  }

  /** The limits of a key as they are now, and what of them is used. */
  budgetOf(keyId: string, limits: KeyLimits): KeyBudget {
    const known = this.budgets.get(keyId);
    if (known?.limits === limits) return known;
    const budget = known ?? new KeyBudget(limits);
    budget.update(limits);
    this.budgets.set(keyId, budget);
    // Others may have used much of it while this process had no use for it.
    for (const [id, share] of namedShares(keyId, budget)) {
      const grant = this.grants.get(id);
      if (grant !== undefined) share.begin(grant, this.settledAtMs);
    }
    return budget;
  }

  /**
   * @returns what the call has taken, to be given back by `end`.
   * @throws GatewayError `rate_limit_exceeded`
   */
  take(budget: KeyBudget, estimatedTokens: number): Permit {
    const nowMs = this.now();
    const standing = { replicas: this.replicas, isDegraded: this.isDegraded };
    const taken = budget.take(estimatedTokens, standing, nowMs);
    if (typeof taken !== 'string') return taken;
    this.refused[taken]++;
    throw budget.refusal(taken, nowMs);
  }

  /** @param usedTokens `undefined` where nobody counted. */
  end(permit: Permit, usedTokens: number | undefined): void {
    endPermit(permit, usedTokens, this.now());
  }

  report(): Report {
    const atMs = this.now();
    const shares: NamedReport[] = [];
    for (const [keyId, budget] of this.budgets) {
      if (budget.isIdle(atMs)) {
        this.budgets.delete(keyId);
        continue;
      }
      for (const [id, share] of namedShares(keyId, budget)) {
        const report = share.report(atMs);
        if (report.amounts.length > 0 || report.held > 0 || report.wanted > 0) shares.push({ id, ...report });
      }
    }
    return { atMs, shares };
  }

  settle(report: Report, { replicas, isRemembered, grants }: Settlement): void {
    const nowMs = this.now();
    this.replicas = Math.max(1, replicas);
    this.settledAtMs = nowMs;
    this.grants = grants;
    const reported = new Map(report.shares.map((share) => [share.id, share.amounts]));
    for (const [keyId, budget] of this.budgets) {
      for (const [id, share] of namedShares(keyId, budget)) {
        const grant = grants.get(id);
        // What this very report told is remembered, whatever was lost before it.
        if (!isRemembered) share.window.forget();
        if (grant === undefined) share.clear();
        else share.settle(reported.get(id) ?? [], grant, { reportedAtMs: report.atMs, nowMs });
      }
    }
  }
}

function* namedShares(keyId: string, budget: KeyBudget): Generator<[string, Share]> {
  for (const kind of LIMIT_KINDS) {
    const share = budget[kind];
    if (share !== undefined) yield [`${kind}:${keyId}`, share];
  }
}
