import { addSums, NO_CALLS, type CapacitySample, type LatencySums } from '#inference';
import type { BulkCounts, PublishedSignals, Settlement } from './capacity-board.port.js';

const NOTHING_DONE: BulkCounts = { completed: 0, lines: 0, full: 0 };

/** Makes what was seen since the last time out of what processes count from their beginning. */
export class SampleMaker {
  private realtimeBefore = new Map<string, PublishedSignals>();
  private bulkBefore = new Map<string, BulkCounts>();

  next({ nowMs, realtime, bulk }: Settlement): CapacitySample {
    let [inFlight, arrivals, full, firstToken, whole] = [0, 0, 0, NO_CALLS, NO_CALLS];
    for (const [process, signals] of realtime) {
      const before = this.realtimeBefore.get(process) ?? firstSight(signals);
      this.realtimeBefore.set(process, signals);
      inFlight += signals.inFlight;
      arrivals += signals.arrivals - before.arrivals;
      full += signals.full - before.full;
      firstToken = addSums(firstToken, less(signals.firstToken, before.firstToken));
      whole = addSums(whole, less(signals.whole, before.whole));
    }
    const done = { ...NOTHING_DONE, inFlight: 0 };
    for (const [worker, { inFlight: running, counts }] of bulk) {
      const before = this.bulkBefore.get(worker) ?? counts;
      this.bulkBefore.set(worker, counts);
      done.inFlight += running;
      done.completed += counts.completed - before.completed;
      done.lines += counts.lines - before.lines;
      full += counts.full - before.full;
    }
    return {
      nowMs,
      full,
      realtime: { inFlight, arrivals, firstToken, whole },
      bulk: { inFlight: done.inFlight, completed: done.completed, units: done.lines },
    };
  }

  /** After a time of not being asked nothing is known of what came between. */
  forget(): void {
    this.realtimeBefore = new Map();
    this.bulkBefore = new Map();
  }
}

/** Of what a process did before it was heard of, only its last second counts. */
function firstSight(signals: PublishedSignals): PublishedSignals {
  return { ...signals, arrivals: signals.arrivals - signals.recentArrivals };
}

function less(now: LatencySums, before: LatencySums): LatencySums {
  return {
    count: now.count - before.count,
    size: now.size - before.size,
    timeMs: now.timeMs - before.timeMs,
    sizeSquared: now.sizeSquared - before.sizeSquared,
    sizeTime: now.sizeTime - before.sizeTime,
  };
}
