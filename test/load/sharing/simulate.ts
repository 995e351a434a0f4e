import type { GpuCall } from '#source/apps/local-aws/src/engines/gpu/gpu-model.port';
import type { EngineWork } from '#source/apps/local-aws/src/engines/gpu/engine-work';
import type { GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { SimulatedClock } from '#load/sharing/simulated-clock';
import { createSeededRandom } from '#source/apps/local-aws/src/faults/create-seeded-random';
import { addSums, NO_CALLS, type LatencySums } from '#source/libs/inference/src/capacity/sharing/latency-fit';
import { YieldBudget } from '#source/libs/inference/src/capacity/sharing/yield-budget';
import { openModel } from '#load/sharing/open-model';
import type { BulkGate, GateSample } from '#load/sharing/regimes';
import { drawArrivals, drawCall, phasesOf, type RealtimeArrival, type Schedule } from '#load/sharing/traffic';

/** Signals are published and grants are read so often, and each is one such tick old when it is acted on. */
const TICK_MS = 100;
/** Realtime that is left over after the last phase is waited for, but not for ever. */
const DRAIN_MS = 300_000;

export interface RealtimeRecord {
  readonly atMs: number;
  /** Until the first token of a stream, until the answer of another call; `undefined` when it never came. */
  waitMs: number | undefined;
  readonly betweenMs: number[];
}

/** How things stood at one tick. */
export interface TracePoint {
  readonly atMs: number;
  readonly grant: number;
  readonly bulk: number;
  readonly realtime: number;
}

export interface SimulationResult {
  readonly realtime: readonly RealtimeRecord[];
  readonly trace: readonly TracePoint[];
  /** When tokens, rows or seconds of audio of bulk were done, in order. */
  readonly bulkDone: readonly { readonly atMs: number; readonly units: number }[];
  readonly unitsDone: number;
  readonly unitsWasted: number;
  readonly bulkCalls: number;
}

export interface SimulationOptions {
  readonly shape: GpuShapeName;
  readonly schedule: Schedule;
  readonly seed: number;
  readonly gate: BulkGate;
  readonly withRealtime: boolean;
}

interface BulkCall {
  readonly call: GpuCall<EngineWork>;
  readonly startedAtMs: number;
  readonly mayYield: true;
  units: number;
}

/** One GPU, its realtime traffic, and bulk that always has more to do, on a clock that does not wait. */
export function simulate(options: SimulationOptions): SimulationResult {
  return new Simulation(options).run();
}

class Simulation {
  private readonly clock = new SimulatedClock();
  private readonly take: (call: GpuCall<EngineWork>) => void;
  private readonly random: () => number;
  private readonly budget = new YieldBudget();
  private readonly realtime: RealtimeRecord[] = [];
  private readonly trace: TracePoint[] = [];
  private readonly bulkDone: { atMs: number; units: number }[] = [];
  private readonly running = new Set<BulkCall>();
  private grant: number;
  private seen = emptySeen();
  private inFlight = 0;
  private unitsDone = 0;
  private unitsWasted = 0;
  private bulkCalls = 0;
  private ticking = true;

  private readonly options: SimulationOptions;

  constructor(options: SimulationOptions) {
    this.options = options;
    this.take = openModel(options.shape, options.seed, this.clock);
    this.random = createSeededRandom(options.seed + 1000);
    this.grant = options.gate.start();
  }

  run(): SimulationResult {
    const { schedule, withRealtime, shape, seed } = this.options;
    const endMs = phasesOf(schedule).at(-1)?.untilMs ?? 0;
    if (withRealtime) this.arrive(drawArrivals(shape, schedule, seed), 0);
    this.tick(undefined);
    this.clock.runUntil(endMs);
    // Bulk stops here; what realtime still waits for is seen to its end.
    this.ticking = false;
    this.grant = 0;
    this.clock.runUntil(endMs + DRAIN_MS);
    const { realtime, trace, bulkDone, unitsDone, unitsWasted, bulkCalls } = this;
    return { realtime, trace, bulkDone, unitsDone, unitsWasted, bulkCalls };
  }

  private arrive(arrivals: readonly RealtimeArrival[], index: number): void {
    const arrival = arrivals[index];
    if (arrival === undefined) return;
    this.clock.at(arrival.atMs, () => {
      this.serve(arrival);
      this.arrive(arrivals, index + 1);
    });
  }

  private serve({ work, size }: RealtimeArrival): void {
    const startedAtMs = this.clock.nowMs();
    const record: RealtimeRecord = { atMs: startedAtMs, waitMs: undefined, betweenMs: [] };
    this.realtime.push(record);
    this.seen.arrivals++;
    this.inFlight++;
    let lastMs = startedAtMs;
    const note = (kind: 'firstToken' | 'whole'): void => {
      const timeMs = this.clock.nowMs() - startedAtMs;
      record.waitMs = timeMs;
      const sums = { count: 1, size, timeMs, sizeSquared: size * size, sizeTime: size * timeMs };
      this.seen[kind] = addSums(this.seen[kind], sums);
    };
    this.take({
      work,
      isAborted: false,
      onToken: () => {
        if (record.waitMs === undefined) note('firstToken');
        else record.betweenMs.push(this.clock.nowMs() - lastMs);
        lastMs = this.clock.nowMs();
      },
      onEnd: () => {
        this.inFlight--;
        if (work.kind !== 'generate') note('whole');
      },
    });
  }

  /** What was seen up to the tick before decides now, and counts from the next tick on. */
  private tick(before: GateSample | undefined): void {
    if (!this.ticking) return;
    const nowMs = this.clock.nowMs();
    const { arrivals, firstToken, whole, completed, units } = this.seen;
    this.seen = emptySeen();
    const sample: GateSample = {
      realtime: { inFlight: this.inFlight, arrivals, firstToken, whole },
      bulk: { inFlight: this.running.size, completed, units },
    };
    this.trace.push({ atMs: nowMs, grant: this.grant, bulk: this.running.size, realtime: this.inFlight });
    const next = before === undefined ? this.grant : this.options.gate.decide(nowMs, before);
    this.clock.at(nowMs + TICK_MS, () => {
      this.grant = next;
      this.shed();
      this.fill();
      this.tick(sample);
    });
    this.fill();
  }

  private shed(): void {
    if (!this.options.gate.aborts()) return;
    const excess = this.running.size - this.grant;
    for (const bulk of this.budget.giveUp([...this.running], excess, this.clock.nowMs())) {
      bulk.call.isAborted = true;
      this.running.delete(bulk);
      this.unitsWasted += bulk.units;
    }
  }

  private fill(): void {
    while (this.running.size < this.grant) this.startBulk();
  }

  private startBulk(): void {
    const { work, size } = drawCall(this.options.shape, 'bulk', this.random);
    const bulk: BulkCall = {
      startedAtMs: this.clock.nowMs(),
      mayYield: true,
      units: 0,
      call: {
        work,
        isAborted: false,
        onToken: () => this.produce(bulk, 1),
        onEnd: () => {
          if (bulk.call.isAborted) return;
          if (work.kind !== 'generate') this.produce(bulk, work.kind === 'encode' ? 1 : size);
          this.finish(bulk);
        },
      },
    };
    this.running.add(bulk);
    this.take(bulk.call);
  }

  private produce(bulk: BulkCall, units: number): void {
    if (bulk.call.isAborted) return;
    bulk.units += units;
    // By the tick: millions of tokens need no entry each.
    const atMs = Math.floor(this.clock.nowMs() / TICK_MS) * TICK_MS;
    const last = this.bulkDone.at(-1);
    if (last?.atMs === atMs) last.units += units;
    else this.bulkDone.push({ atMs, units });
  }

  private finish(bulk: BulkCall): void {
    this.running.delete(bulk);
    this.bulkCalls++;
    this.budget.ended(this.clock.nowMs() - bulk.startedAtMs, this.clock.nowMs());
    this.unitsDone += bulk.units;
    this.seen.completed++;
    this.seen.units += bulk.units;
    this.fill();
  }
}

function emptySeen(): {
  arrivals: number;
  completed: number;
  units: number;
  firstToken: LatencySums;
  whole: LatencySums;
} {
  return { arrivals: 0, completed: 0, units: 0, firstToken: NO_CALLS, whole: NO_CALLS };
}
