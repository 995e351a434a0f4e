import { BATCH_STATUSES, TERMINAL_STATUSES, type BatchStatus } from '#contracts';
import { Counter, Gauge, type Registry } from '#platform';
import { WASTE_CAUSES, type WasteCause } from './chunks/waste-causes.js';
import { GARBAGE_KINDS, type GarbageKind } from './garbage/garbage.types.js';
import type { JobsSeen } from './sweep/job-watch.js';

interface EndpointAge {
  readonly endpoint: string;
  readonly ageMs: number;
}

export interface BulkMetrics {
  chunk(result: string): void;
  ended(status: BatchStatus): void;
  retry(cause: string): void;
  waste(cause: WasteCause, calls: number): void;
  removed(kind: GarbageKind, objects: number): void;
  swept(result: JobsSeen & { readonly jobs: number; readonly seconds: number }): void;
  /** What only the worker that sweeps knows is another one's to show. */
  resigned(): void;
  /** Where ages are read from when somebody asks for the metrics. */
  showAges(ages: { readonly waits: () => Iterable<EndpointAge>; readonly windows: () => Iterable<EndpointAge> }): void;
}

const LIVE_STATUSES = BATCH_STATUSES.filter((status) => !TERMINAL_STATUSES.has(status));

/** What an operator watches of the job engine. */
export function createBulkMetrics(registry: Registry): BulkMetrics {
  const counter = createCounters(registry);
  const gauge = createGauges(registry);
  return {
    chunk: (result) => counter.chunks.inc({ result }),
    ended: (status) => counter.ended.inc({ status }),
    retry: (cause) => counter.retries.inc({ cause }),
    waste: (cause, calls) => counter.waste.inc({ cause }, calls),
    removed: (kind, objects) => counter.removed.inc({ kind }, objects),
    swept: ({ jobs, byStatus, stuck, seconds }) => {
      gauge.liveJobs.set(jobs);
      for (const status of LIVE_STATUSES) gauge.jobs.set({ status }, byStatus[status] ?? 0);
      gauge.stuck.set(stuck);
      gauge.sweepSeconds.set(seconds);
      gauge.sweptAt.setToCurrentTime();
    },
    resigned: () => {
      gauge.liveJobs.set(0);
      gauge.stuck.set(0);
      gauge.jobs.reset();
    },
    showAges: ({ waits, windows }) => {
      showAge(
        registry,
        'sluice_bulk_oldest_waiting_chunk_seconds',
        'Since when the oldest chunk waits for its turn.',
        waits,
      );
      showAge(registry, 'sluice_bulk_oldest_chunk_seconds', 'Since when the oldest chunk is in the window.', windows);
    },
  };
}

function createCounters(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, label: Label): Counter<Label> =>
    new Counter({ name, help, labelNames: [label], registers: [registry] });
  const waste = counter(
    'sluice_bulk_wasted_calls_total',
    'Calls of models whose answers count for nothing, by why.',
    'cause',
  );
  for (const cause of WASTE_CAUSES) waste.inc({ cause }, 0);
  const removed = counter(
    'sluice_bulk_garbage_removed_total',
    'Objects removed because nobody needed them any more, by what they were.',
    'kind',
  );
  for (const kind of GARBAGE_KINDS) removed.inc({ kind }, 0);
  const ended = counter('sluice_bulk_jobs_ended_total', 'Jobs that have ended, by how.', 'status');
  for (const status of TERMINAL_STATUSES) ended.inc({ status }, 0);
  return {
    ended,
    chunks: counter('sluice_bulk_chunks_total', 'Chunks taken from a queue, by what became of them.', 'result'),
    retries: counter('sluice_bulk_retries_total', 'Calls of bulk work that are made again, by cause.', 'cause'),
    waste,
    removed,
  };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  return {
    liveJobs: gauge('sluice_bulk_live_jobs', 'Live jobs seen by the last sweep.'),
    jobs: new Gauge({
      name: 'sluice_bulk_jobs',
      help: 'Live jobs seen by the last sweep, by status.',
      labelNames: ['status'],
      registers: [registry],
    }),
    stuck: gauge('sluice_bulk_stuck_jobs', 'Jobs that make no progress although it is their turn.'),
    sweptAt: gauge(
      'sluice_bulk_last_sweep_timestamp_seconds',
      'Unix time of the last sweep that this worker finished.',
    ),
    sweepSeconds: gauge('sluice_bulk_sweep_seconds', 'How long the last sweep took.'),
  };
}

function showAge(registry: Registry, name: string, help: string, ages: () => Iterable<EndpointAge>): void {
  new Gauge({
    name,
    help,
    labelNames: ['endpoint'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { endpoint, ageMs } of ages()) this.set({ endpoint }, ageMs / 1000);
    },
  });
}
