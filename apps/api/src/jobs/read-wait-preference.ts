import { readPreferences } from '../http/exchange/read-preferences.js';

/** Longest wait, whatever is asked for: what load balancers grant a silent answer by default. */
const MAX_WAIT_SECONDS = 60;

/**
 * Seconds that a request's `Prefer: wait=N` (RFC 7240) asks to wait, bounded; `undefined` where it asks for none. What
 * cannot be read is passed over, as the RFC has it.
 */
export function readWaitPreference(header: string | string[] | undefined): number | undefined {
  const wait = readPreferences(header).get('wait') ?? '';
  return /^\d{1,9}$/.test(wait) ? Math.min(MAX_WAIT_SECONDS, Number(wait)) : undefined;
}
