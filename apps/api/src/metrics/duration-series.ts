/** Seconds. From a cached answer to a long non-streaming completion. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Durations of one route and status. Counting is a few array writes, since it happens on every request. */
export class DurationSeries {
  count = 0;
  sumSeconds = 0;
  private readonly buckets = new Float64Array(DURATION_BUCKETS.length);

  observe(seconds: number): void {
    this.count++;
    this.sumSeconds += seconds;
    for (let index = 0; index < DURATION_BUCKETS.length; index++) {
      if (seconds <= (DURATION_BUCKETS[index] ?? Infinity)) {
        this.buckets[index] = (this.buckets[index] ?? 0) + 1;
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
