/** Between two tries at most: a receiver that was repaired at night has what it missed by morning. */
const MAX_DELAY_MS = 8 * 3_600_000;
/** So that what failed together is not tried together. */
const JITTER = 0.2;

/**
 * Milliseconds until a delivery is tried again: doubled with each failure up to 8 hours, longer where the receiver asks
 * for it.
 *
 * @param failures At least 1.
 * @param random From 0 to 1.
 */
export function retryDelay(
  failures: number,
  { backoffMs, retryAfterMs = 0 }: { readonly backoffMs: number; readonly retryAfterMs?: number | undefined },
  random: number = Math.random(),
): number {
  const grown = Math.min(MAX_DELAY_MS, backoffMs * 2 ** (failures - 1));
  const spread = grown * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(spread, Math.min(retryAfterMs, MAX_DELAY_MS)));
}
