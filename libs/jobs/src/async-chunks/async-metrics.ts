import { Counter, Gauge, type Registry } from '#platform';

export type AsyncCallOutcome =
  | 'accepted'
  | 'refused'
  | 'unclear'
  | 'answered'
  | 'not-run'
  | 'endpoint'
  | 'suspect'
  /** Submitted for nothing: its job ended meanwhile, and nobody can take it back. */
  | 'abandoned';

/** What one look says of a chunk. */
export interface ChunkSeen {
  readonly endpoint: string;
  readonly chunk: string;
  /** When the call that has waited longest was submitted; `undefined` where none waits. */
  readonly oldestMs: number | undefined;
  readonly nowMs: number;
}

/** What is not looked at for so long is another worker's now. */
const FORGET_MS = 300_000;

/** What an operator sees of asynchronous endpoints. */
export class AsyncMetrics {
  private readonly calls: Counter<'outcome'>;
  private readonly outstanding: Gauge<'endpoint'>;
  private readonly seen = new Map<string, ChunkSeen>();

  constructor(registry: Registry, now: () => number = Date.now) {
    const registers = [registry];
    this.calls = new Counter({
      name: 'sluice_bulk_async_calls_total',
      help: 'Calls of bulk work to asynchronous endpoints, by what became of them.',
      labelNames: ['outcome'],
      registers,
    });
    this.outstanding = new Gauge({
      name: 'sluice_bulk_async_outstanding_calls',
      help: 'Calls that wait or run at an asynchronous endpoint, over all workers, when one last looked.',
      labelNames: ['endpoint'],
      registers,
    });
    const { seen } = this;
    new Gauge({
      name: 'sluice_bulk_async_oldest_wait_seconds',
      help: 'For how long the oldest call has waited for its result, of the chunks that this worker looked at last.',
      labelNames: ['endpoint'],
      registers,
      collect() {
        this.reset();
        for (const [endpoint, seconds] of oldestWaits(seen, now())) this.set({ endpoint }, seconds);
      },
    });
  }

  call(outcome: AsyncCallOutcome, count = 1): void {
    if (count > 0) this.calls.inc({ outcome }, count);
  }

  outstandingAt(endpoint: string, calls: number): void {
    this.outstanding.set({ endpoint }, calls);
  }

  look(seen: ChunkSeen): void {
    this.seen.set(seen.chunk, seen);
  }

  forget(chunk: string): void {
    this.seen.delete(chunk);
  }
}

function oldestWaits(seen: Map<string, ChunkSeen>, nowMs: number): ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  for (const [chunk, { endpoint, oldestMs, nowMs: seenAtMs }] of seen) {
    if (nowMs - seenAtMs > FORGET_MS) seen.delete(chunk);
    else
      waits.set(endpoint, Math.max(waits.get(endpoint) ?? 0, oldestMs === undefined ? 0 : (nowMs - oldestMs) / 1000));
  }
  return waits;
}
