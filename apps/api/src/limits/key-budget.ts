import { GatewayError } from '#platform';
import type { KeyLimits } from '../auth/key-record.js';
import { Share, type Standing } from './share.js';

/** The kinds of limits; their names stand in metrics and in Redis. */
export const LIMIT_KINDS = ['requests', 'tokens', 'concurrent'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

const MESSAGES: Record<LimitKind, (limit: number) => string> = {
  requests: (limit) => `Rate limit reached for this key: ${limit} requests per minute.`,
  tokens: (limit) => `Rate limit reached for this key: ${limit} tokens per minute.`,
  concurrent: (limit) => `Too many requests at once for this key: ${limit} may be open at the same time.`,
};
/** Where there is room elsewhere, a settlement brings it here within this time. */
const MIN_RETRY_MS = 300;
/** A call ends at any moment. */
const CONCURRENT_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

/** What one call has taken of a key's limits, until it ends. */
export interface Permit {
  readonly tokens: Share | undefined;
  readonly heldTokens: number;
  readonly concurrent: Share | undefined;
}

/** This process's shares of the limits of one key. */
export class KeyBudget {
  requests: Share | undefined;
  tokens: Share | undefined;
  concurrent: Share | undefined;

  constructor(public limits: KeyLimits) {
    this.update(limits);
  }

  /** What was used under the old limits stays used. */
  update(limits: KeyLimits): void {
    this.limits = limits;
    this.requests = resize(this.requests, limits.requestsPerMinute);
    this.tokens = resize(this.tokens, limits.tokensPerMinute);
    this.concurrent = resize(this.concurrent, limits.concurrentRequests);
  }

  /** One more call, or the kind of limit that has no room for it. */
  take(estimatedTokens: number, standing: Standing, nowMs: number): Permit | LimitKind {
    const { requests, concurrent, tokens } = this;
    if (requests !== undefined && !requests.hasRoomFor(1, standing, nowMs)) return 'requests';
    if (tokens !== undefined && !tokens.hasRoomFor(estimatedTokens, standing, nowMs)) return 'tokens';
    if (concurrent !== undefined && !concurrent.hasRoomFor(1, standing, nowMs)) return 'concurrent';
    const heldTokens = tokens === undefined ? 0 : Math.min(estimatedTokens, tokens.limit);
    requests?.window.add(1, nowMs);
    if (tokens !== undefined) tokens.held += heldTokens;
    if (concurrent !== undefined) concurrent.held += 1;
    return { tokens, heldTokens, concurrent };
  }

  refusal(kind: LimitKind, nowMs: number): GatewayError {
    const share = this[kind];
    const waitMs = kind === 'concurrent' ? CONCURRENT_RETRY_MS : Math.max(MIN_RETRY_MS, share?.untilRoomMs(nowMs) ?? 0);
    const retryAfterSeconds = Math.min(waitMs, MAX_RETRY_MS) / 1000;
    const message = `${MESSAGES[kind](share?.limit ?? 0)} Please try again in ${Math.ceil(retryAfterSeconds)}s.`;
    return new GatewayError('rate_limit_exceeded', message, { retryAfterSeconds });
  }

  isIdle(nowMs: number): boolean {
    return LIMIT_KINDS.every((kind) => this[kind]?.isIdle(nowMs) ?? true);
  }
}

/** @param usedTokens `undefined` where nobody counted: then what was expected counts. */
export function endPermit(
  { tokens, heldTokens, concurrent }: Permit,
  usedTokens: number | undefined,
  nowMs: number,
): void {
  if (concurrent !== undefined) concurrent.held -= 1;
  if (tokens === undefined) return;
  tokens.held -= heldTokens;
  const used = usedTokens ?? heldTokens;
  if (used > 0) tokens.window.add(used, nowMs);
}

function resize(share: Share | undefined, limit: number | undefined): Share | undefined {
  if (limit === undefined) return undefined;
  if (share === undefined) return new Share(limit);
  share.limit = limit;
  return share;
}
