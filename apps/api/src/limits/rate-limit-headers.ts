import type { KeyBudget } from './key-budget.js';
import type { Share } from './share.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** `x-ratelimit-*` of the limits that there are, names and values in turn. */
export function rateLimitHeaders(budget: KeyBudget, nowMs: number): string[] {
  const headers: string[] = [];
  if (budget.requests !== undefined) add(headers, 'requests', budget.requests, nowMs);
  if (budget.tokens !== undefined) add(headers, 'tokens', budget.tokens, nowMs);
  return headers;
}

function add(headers: string[], kind: string, share: Share, nowMs: number): void {
  headers.push(
    `x-ratelimit-limit-${kind}`,
    String(share.limit),
    `x-ratelimit-remaining-${kind}`,
    String(share.remaining(nowMs)),
    `x-ratelimit-reset-${kind}`,
    // Whole again when the newest use is a minute ago.
    toGoDuration(share.window.untilNewestLeaves(nowMs)),
  );
}

/** As Go prints durations, which is what clients of OpenAI read: `0s`, `12ms`, `1.5s`, `6m0s`. */
export function toGoDuration(durationMs: number): string {
  const rounded = Math.ceil(durationMs);
  if (rounded <= 0) return '0s';
  if (rounded < SECOND_MS) return `${rounded}ms`;
  const minutes = Math.floor(rounded / MINUTE_MS);
  const seconds = (rounded % MINUTE_MS) / SECOND_MS;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
