/** Sums over calls of `timeMs` against a size; sums of several processes or samples can be added. */
export interface LatencySums {
  readonly count: number;
  readonly size: number;
  readonly timeMs: number;
  readonly sizeSquared: number;
  readonly sizeTime: number;
}

export const NO_CALLS: LatencySums = { count: 0, size: 0, timeMs: 0, sizeSquared: 0, sizeTime: 0 };

export function addSums(a: LatencySums, b: LatencySums, weightOfA = 1): LatencySums {
  return {
    count: a.count * weightOfA + b.count,
    size: a.size * weightOfA + b.size,
    timeMs: a.timeMs * weightOfA + b.timeMs,
    sizeSquared: a.sizeSquared * weightOfA + b.sizeSquared,
    sizeTime: a.sizeTime * weightOfA + b.sizeTime,
  };
}

/**
 * What calls of these sizes would have taken together by the straight line through those that the baseline has seen.
 * Neither a call of no size nor more size takes less than no time.
 */
export function expectedMs(baseline: LatencySums, calls: LatencySums): number {
  if (calls.count === 0 || baseline.count === 0) return 0;
  const spread = baseline.count * baseline.sizeSquared - baseline.size ** 2;
  const slope = spread <= 0 ? 0 : (baseline.count * baseline.sizeTime - baseline.size * baseline.timeMs) / spread;
  const base = (baseline.timeMs - slope * baseline.size) / baseline.count;
  if (slope <= 0) return (baseline.timeMs / baseline.count) * calls.count;
  if (base <= 0) return (baseline.timeMs / baseline.size) * calls.size;
  return base * calls.count + slope * calls.size;
}
