import { describe, expect, it } from 'vitest';
import { createRegistry } from '#platform';
import { createBulkMetrics } from './bulk-metrics.js';

function createMetrics() {
  const registry = createRegistry({ processMetrics: false });
  return { metrics: createBulkMetrics(registry), read: async () => (await registry.metrics()).split('\n') };
}

describe('bulk metrics', () => {
  it('show each live status after a sweep, and nothing of another sweeper any more once it is', async () => {
    const { metrics, read } = createMetrics();
    metrics.swept({ jobs: 3, byStatus: { in_progress: 2, validating: 1 }, stuck: 1, seconds: 0.5 });
    expect(await read()).toEqual(
      expect.arrayContaining([
        'sluice_bulk_jobs{status="validating"} 1',
        'sluice_bulk_jobs{status="in_progress"} 2',
        'sluice_bulk_jobs{status="finalizing"} 0',
        'sluice_bulk_jobs{status="cancelling"} 0',
        'sluice_bulk_stuck_jobs 1',
      ]),
    );
    metrics.resigned();
    const lines = await read();
    expect(lines).toContain('sluice_bulk_stuck_jobs 0');
    expect(lines.filter((line) => line.startsWith('sluice_bulk_jobs{'))).toEqual([]);
  });

  it('are there from the start for waste and garbage, so that their increase is seen', async () => {
    const { metrics, read } = createMetrics();
    metrics.waste('lost', 4);
    metrics.ended('expired');
    expect(await read()).toEqual(
      expect.arrayContaining([
        'sluice_bulk_wasted_calls_total{cause="aborted"} 0',
        'sluice_bulk_wasted_calls_total{cause="lost"} 4',
        'sluice_bulk_garbage_removed_total{kind="job_data"} 0',
        'sluice_bulk_jobs_ended_total{status="completed"} 0',
        'sluice_bulk_jobs_ended_total{status="expired"} 1',
      ]),
    );
  });

  it('read ages when somebody asks', async () => {
    const { metrics, read } = createMetrics();
    const ages = [{ endpoint: 'gpu', ageMs: 1500 }];
    metrics.showAges({ waits: () => ages, windows: () => ages });
    expect(await read()).toContain('sluice_bulk_oldest_waiting_chunk_seconds{endpoint="gpu"} 1.5');
    ages.length = 0;
    expect((await read()).filter((line) => line.includes('endpoint='))).toEqual([]);
  });
});
