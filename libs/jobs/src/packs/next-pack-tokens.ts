/** How one shared call went that was answered. */
export interface PackMeasure {
  /** Estimated tokens that it held. */
  readonly tokens: number;
  /** From sending it to its whole answer, the wait behind other calls included. */
  readonly elapsedMs: number;
  /** Whether more lines were there that did not fit. */
  readonly isFull: boolean;
}

export interface PackBounds {
  readonly minTokens: number;
  readonly maxTokens: number;
  readonly targetMs: number;
}

/** At most so much larger or smaller from one call to the next: one measurement may be chance. */
const MOST_CHANGE = 2;
/** A call much smaller than it might have been mostly tells of what it waited behind. */
const TELLING_SHARE = 0.5;

/**
 * The tokens that the next shared call may hold, so that it takes about as long as it should. A call that was as large as
 * it could be shows how many tokens fit the time; another only shows that something is slow, when it takes twice the time.
 *
 * @param current What was allowed so far.
 */
export function nextPackTokens(current: number, measure: PackMeasure, bounds: PackBounds): number {
  const { tokens, elapsedMs, isFull } = measure;
  const { minTokens, maxTokens, targetMs } = bounds;
  const within = (wanted: number): number => Math.round(Math.min(maxTokens, Math.max(minTokens, wanted)));
  const isTelling = isFull || tokens >= current * TELLING_SHARE;
  if (!isTelling) return within(elapsedMs > targetMs * MOST_CHANGE ? current / MOST_CHANGE : current);
  const fitting = (tokens * targetMs) / Math.max(elapsedMs, 1);
  if (elapsedMs <= targetMs) return within(Math.max(current, Math.min(fitting, current * MOST_CHANGE)));
  return within(Math.max(fitting, Math.min(current, tokens) / MOST_CHANGE));
}
