import { describe, expect, it } from 'vitest';
import { renderMetrics } from './merge-metrics.js';
import { Counter, createRegistry, Gauge, Histogram } from './metrics.js';

function registryOf(process: string, calls: number): ReturnType<typeof createRegistry> {
  const registry = createRegistry({ processMetrics: false, labels: { process } });
  new Counter({ name: 'calls_total', help: 'Calls.', labelNames: ['model'], registers: [registry] }).inc(
    { model: 'a' },
    calls,
  );
  new Gauge({ name: 'works', help: 'Works.', registers: [registry] }).set(calls > 1 ? 1 : 0);
  new Histogram({ name: 'seconds', help: 'Time.', buckets: [1], registers: [registry] }).observe(0.5);
  return registry;
}

describe('renderMetrics', () => {
  it('shows every number of every process, each under the label of its process', async () => {
    const snapshots = await Promise.all([registryOf('1', 3).getMetricsAsJSON(), registryOf('2', 1).getMetricsAsJSON()]);

    // As it comes over a channel between processes.
    const text = await renderMetrics(JSON.parse(JSON.stringify(snapshots)) as typeof snapshots);

    expect(text.match(/^# TYPE calls_total counter$/gm)).toHaveLength(1);
    for (const line of [
      'calls_total{model="a",process="1"} 3',
      'calls_total{model="a",process="2"} 1',
      'works{process="1"} 1',
      'works{process="2"} 0',
      'seconds_bucket{le="+Inf",process="2"} 1',
      'seconds_count{process="1"} 1',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('keeps what the library would leave out or average', async () => {
    const registry = createRegistry({ processMetrics: true, labels: { process: '1' } });

    const text = await renderMetrics([await registry.getMetricsAsJSON()]);

    expect(text).toMatch(/^process_start_time_seconds\{process="1"\} \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds\{process="1"\} /m);
  });
});
