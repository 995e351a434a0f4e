import { GARBAGE_KINDS, type GarbageKind } from './garbage/garbage.types.js';
import { Counter, Gauge, type Registry } from '#platform';

export interface BulkMetrics {
  chunk(result: string): void;
  retry(cause: string): void;
  removed(kind: GarbageKind, objects: number): void;
  swept(result: { readonly jobs: number; readonly seconds: number }): void;
}

/** What an operator watches of the job engine. */
export function createBulkMetrics(registry: Registry): BulkMetrics {
  const registers = [registry];
  const chunks = new Counter({
    name: 'sluice_bulk_chunks_total',
    help: 'Chunks taken from a queue, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const retries = new Counter({
    name: 'sluice_bulk_retries_total',
    help: 'Calls of bulk work that are made again, by cause.',
    labelNames: ['cause'],
    registers,
  });
  const removed = new Counter({
    name: 'sluice_bulk_garbage_removed_total',
    help: 'Objects removed because nobody needed them any more, by what they were.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of GARBAGE_KINDS) removed.inc({ kind }, 0);
  const liveJobs = new Gauge({ name: 'sluice_bulk_live_jobs', help: 'Live jobs seen by the last sweep.', registers });
  const sweptAt = new Gauge({
    name: 'sluice_bulk_last_sweep_timestamp_seconds',
    help: 'Unix time of the last sweep that this worker finished.',
    registers,
  });
  const sweepSeconds = new Gauge({
    name: 'sluice_bulk_sweep_seconds',
    help: 'How long the last sweep took.',
    registers,
  });
  return {
    chunk: (result) => chunks.inc({ result }),
    retry: (cause) => retries.inc({ cause }),
    removed: (kind, objects) => removed.inc({ kind }, objects),
    swept: ({ jobs, seconds }) => {
      liveJobs.set(jobs);
      sweepSeconds.set(seconds);
      sweptAt.setToCurrentTime();
    },
  };
}
