/** Seconds. From a cached answer to a long non-streaming completion. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
];

/** Durations of one kind. Counting is a few array writes, since it happens on every request, or on every token. */
export class DurationSeries {
  count = 0;
  sumSeconds = 0;
  private readonly buckets: Float64Array;

  /** @param bounds upper bounds of the buckets in seconds, ascending. */
  constructor(readonly bounds: readonly number[] = DURATION_BUCKETS) {
    this.buckets = new Float64Array(bounds.length);
  }

  observe(seconds: number): void {
    this.count++;
    this.sumSeconds += seconds;
    const { bounds, buckets } = this;
    for (let index = 0; index < bounds.length; index++) {
      if (seconds <= (bounds[index] ?? Infinity)) {
        buckets[index] = (buckets[index] ?? 0) + 1;
        return;
      }
    }
  }

  /** Observations up to each bound, as Prometheus counts buckets. */
  cumulative(): number[] {
    let total = 0;
    return Array.from(this.buckets, (count) => (total += count));
  }
}
