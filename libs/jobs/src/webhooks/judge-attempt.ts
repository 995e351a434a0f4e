import { GatewayError, type OutboundAnswer } from '#platform';
import { readRetryAfter } from './read-retry-after.js';
import type { AttemptOutcome } from './webhook-metrics.js';

export interface Judgement {
  readonly outcome: AttemptOutcome;
  /** For the log and the endpoint's owner. */
  readonly detail: string;
  readonly retryAfterMs?: number | undefined;
}

const GONE = 410;

/** 2xx is done, 410 asks for nothing more; all else is tried again, redirects included. */
export function judgeAnswer({ status, headers }: OutboundAnswer, nowMs: number): Judgement {
  const detail = `it answers with status ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered', detail };
  if (status === GONE) return { outcome: 'gone', detail };
  return { outcome: 'refused', detail, retryAfterMs: readRetryAfter(headers['retry-after'], nowMs) };
}

const OUTCOMES: Readonly<Record<string, AttemptOutcome>> = {
  address_refused: 'not_allowed',
  address_unreachable: 'unreachable',
  address_too_slow: 'too_slow',
};

/** @throws the error, where it is none of a receiver's. */
export function judgeError(error: unknown): Judgement {
  const outcome = GatewayError.is(error) ? OUTCOMES[error.reason] : undefined;
  if (outcome === undefined || !GatewayError.is(error)) throw error;
  return { outcome, detail: error.message };
}
