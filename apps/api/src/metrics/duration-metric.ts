import type { Histogram } from '#platform';
import type { DurationSeries } from './duration-series.js';

export interface LabelledSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly series: DurationSeries;
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/**
 * A histogram that is rendered from our own counts. The library's histogram hashes its labels on every observation,
 * which costs more than everything else that is done to count a request.
 */
export function createDurationMetric(name: string, help: string, read: () => LabelledSeries[]): Histogram {
  const metric = {
    name,
    help,
    get: () =>
      Promise.resolve({
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        values: read().flatMap((one) => toSamples(name, one)),
      }),
    reset: () => undefined,
  };
  return metric as unknown as Histogram;
}

function toSamples(name: string, { labels, series }: LabelledSeries): Sample[] {
  const cumulative = series.cumulative();
  const buckets = series.bounds.map((bound, index) => ({
    labels: { le: bound, ...labels },
    value: cumulative[index] ?? 0,
    metricName: `${name}_bucket`,
  }));
  return [
    ...buckets,
    { labels: { le: '+Inf', ...labels }, value: series.count, metricName: `${name}_bucket` },
    { labels, value: series.sumSeconds, metricName: `${name}_sum` },
    { labels, value: series.count, metricName: `${name}_count` },
  ];
}
