import type { LatencySums } from './latency-fit.js';

type MutableSums = { -readonly [Field in keyof LatencySums]: LatencySums[Field] };

/** What one process has seen of realtime on one endpoint since it began, apart from `inFlight`, which is now. */
export interface SignalCounts {
  readonly inFlight: number;
  readonly arrivals: number;
  /** Answers that say that the endpoint takes no more. */
  readonly full: number;
  readonly firstToken: LatencySums;
  readonly whole: LatencySums;
  /** Of streams, how many pieces followed their first one, and in which time. */
  readonly between: { readonly count: number; readonly timeMs: number };
}

/** Counts what realtime does on one endpoint: additions in memory, whatever becomes of the counts. */
export class EndpointSignals {
  private inFlight = 0;
  private arrivals = 0;
  private fullAnswers = 0;
  private readonly firstToken = noSums();
  private readonly whole = noSums();
  private readonly between = { count: 0, timeMs: 0 };

  /** Calls in flight now. */
  get running(): number {
    return this.inFlight;
  }

  arrived(): void {
    this.arrivals++;
    this.inFlight++;
  }

  left(): void {
    this.inFlight--;
  }

  full(): void {
    this.fullAnswers++;
  }

  /** @param size of the request in bytes */
  firstCame(size: number, timeMs: number): void {
    add(this.firstToken, size, timeMs);
  }

  /** @param size in bytes of what the time follows: the answer of a generating model, else the request */
  answered(size: number, timeMs: number): void {
    add(this.whole, size, timeMs);
  }

  followed(count: number, timeMs: number): void {
    this.between.count += count;
    this.between.timeMs += timeMs;
  }

  read(): SignalCounts {
    const { inFlight, arrivals, fullAnswers } = this;
    return {
      inFlight,
      arrivals,
      full: fullAnswers,
      firstToken: { ...this.firstToken },
      whole: { ...this.whole },
      between: { ...this.between },
    };
  }
}

function add(sums: MutableSums, size: number, timeMs: number): void {
  sums.count++;
  sums.size += size;
  sums.timeMs += timeMs;
  sums.sizeSquared += size * size;
  sums.sizeTime += size * timeMs;
}

function noSums(): MutableSums {
  return { count: 0, size: 0, timeMs: 0, sizeSquared: 0, sizeTime: 0 };
}
