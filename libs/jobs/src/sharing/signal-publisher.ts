import { randomBytes } from 'node:crypto';
import type { EndpointSignals } from '#inference';
import type { Logger } from '#platform';
import type { CapacityBoard, CapacityDecision } from './capacity-board.port.js';

/** Ten times a second: bulk is to yield within one, and the way is two ticks long. */
const TICK_MS = 100;
/** An endpoint without calls is told of for so long, so that who shares it hears of the last ones. */
const QUIET_TICKS = 20;
const RECENT_TICKS = 10;

export interface SignalPublisherOptions {
  readonly signals: ReadonlyMap<string, EndpointSignals>;
  readonly board: CapacityBoard;
  readonly logger: Logger;
}

interface Published {
  /** Arrivals as they were at the last ticks, the oldest first. */
  readonly arrivals: number[];
  quietTicks: number;
}

/** Tells what realtime does, in the background; no call waits for it, and a Redis that hangs holds up nothing but the telling. */
export class SignalPublisher {
  private readonly process = randomBytes(8).toString('hex');
  private readonly published = new Map<string, Published>();
  private readonly decisions = new Map<string, CapacityDecision>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private isFailing = false;

  constructor(private readonly options: SignalPublisherOptions) {}

  start(): void {
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.tick().then(() => this.start()), TICK_MS);
    this.timer.unref();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** What was last decided for the endpoints that this process has called. */
  latest(): ReadonlyMap<string, CapacityDecision> {
    return this.decisions;
  }

  /** Never throws: what was not told now is told with the next tick. */
  async tick(): Promise<void> {
    const { board, logger, signals } = this.options;
    const due = [...signals].filter(([endpoint, counted]) => this.isDue(endpoint, counted));
    const results = await Promise.allSettled(due.map(([endpoint, counted]) => this.publish(board, endpoint, counted)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined && !this.isFailing) {
      logger.warn({ error: failure.reason as unknown }, 'what realtime does cannot be told to bulk; trying again');
    }
    if (due.length > 0) this.isFailing = failure !== undefined;
  }

  private isDue(endpoint: string, counted: EndpointSignals): boolean {
    const { inFlight, arrivals } = counted.read();
    const published = this.publishedOf(endpoint);
    const isActive = inFlight > 0 || arrivals !== published.arrivals.at(-1);
    published.quietTicks = isActive ? 0 : published.quietTicks + 1;
    return published.quietTicks < QUIET_TICKS;
  }

  private async publish(board: CapacityBoard, endpoint: string, counted: EndpointSignals): Promise<void> {
    const signals = counted.read();
    const { arrivals } = this.publishedOf(endpoint);
    const recentArrivals = signals.arrivals - (arrivals[0] ?? 0);
    arrivals.push(signals.arrivals);
    if (arrivals.length > RECENT_TICKS) arrivals.shift();
    const decision = await board.publish(this.process, endpoint, { ...signals, recentArrivals });
    if (decision !== undefined) this.decisions.set(endpoint, decision);
  }

  private publishedOf(endpoint: string): Published {
    const known = this.published.get(endpoint);
    if (known !== undefined) return known;
    const published: Published = { arrivals: [0], quietTicks: 0 };
    this.published.set(endpoint, published);
    return published;
  }
}
