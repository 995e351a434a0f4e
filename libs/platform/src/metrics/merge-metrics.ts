import { AggregatorRegistry } from 'prom-client';

/** What a registry held at one moment, as it goes from one process to another. */
export type MetricsSnapshot = Awaited<
  ReturnType<AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'>['getMetricsAsJSON']>
>;

/**
 * One exposition of several processes' numbers. Each process marks its own with a label, so that nothing is added up
 * here: a counter that starts anew with its process stays one that a monitor understands.
 */
export function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  // The library's other ways of merging would drop, or mix, what the label keeps apart.
  const metrics = snapshots.map((snapshot) => snapshot.map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(metrics).metrics();
}
