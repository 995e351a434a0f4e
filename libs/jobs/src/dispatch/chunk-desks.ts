import type { ChunkResult } from '../chunks/chunk-result.js';
import { nextDeskMove, type DeskBounds, type SeatedChunk, type WaitingChunk } from './next-desk-move.js';
import { compareClaims, type WorkClaim } from './work-claim.js';

/** What a chunk does at its desk until it is done, or told to give way. */
export type DeskWork = (giveWay: AbortSignal) => Promise<ChunkResult>;

/** A chunk as it was taken from the queue. */
export interface TakenChunk {
  readonly claim: WorkClaim;
  readonly chunkId: string;
  /** Unix milliseconds at which it was put into the queue. */
  readonly addedAtMs: number;
}

interface Seated extends SeatedChunk {
  isLeaving: boolean;
  readonly giveWay: AbortController;
}

interface Waiting extends WaitingChunk {
  readonly chunkId: string;
  readonly addedAtMs: number;
  readonly sinceMs: number;
  settle(decision: Seated | 'back' | 'replaced'): void;
}

/** Milliseconds that a chunk waits here before it may be offered to workers that have room. */
const OFFERED_AFTER_MS = 1000;
const TURN_MS = 1000;

/**
 * Where the chunks of one endpoint that this process has taken from the queue wait for a desk, that is for memory. Taking
 * one costs next to nothing, so a chunk of a tenant that has just come is seen at once, however many of others stand
 * before it. One that waits is handed back now and then, the last in turn first, for a worker that is idle.
 */
export class ChunkDesks {
  private readonly seated = new Set<Seated>();
  private readonly waiting = new Set<Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private offeredAtMs = 0;

  constructor(
    private readonly bounds: DeskBounds,
    private readonly now: () => number = Date.now,
  ) {}

  /** Runs a chunk when its turn comes. @param stop hands back what waits. */
  async take({ claim, chunkId, addedAtMs }: TakenChunk, stop: AbortSignal, work: DeskWork): Promise<ChunkResult> {
    const seat = await this.waitForSeat({ claim, chunkId, addedAtMs }, stop);
    if (seat === 'replaced') return { kind: 'gone' };
    if (seat === 'back') return { kind: 'later', delayMs: 0, reason: 'it waits for its turn' };
    try {
      return await work(seat.giveWay.signal);
    } finally {
      this.seated.delete(seat);
      this.settle();
    }
  }

  /** Milliseconds for which the longest waiting chunk has been in the queue, here or before; 0 where none waits. */
  oldestWaitMs(): number {
    return Math.max(0, ...[...this.waiting].map(({ addedAtMs }) => this.now() - addedAtMs));
  }

  /** Lets time count: who has sat long enough gives way, who has waited long enough is offered to other workers. */
  turn(): void {
    this.settle();
    const nowMs = this.now();
    if (nowMs - this.offeredAtMs < OFFERED_AFTER_MS) return;
    // Of the same job the one that came last: others may need what the first of its chunks find out.
    const last = [...this.waiting]
      .toReversed()
      .filter(({ sinceMs }) => nowMs - sinceMs >= OFFERED_AFTER_MS)
      .toSorted((a, b) => compareClaims(b.claim, a.claim))[0];
    if (last === undefined) return;
    this.offeredAtMs = nowMs;
    last.settle('back');
  }

  private async waitForSeat(chunk: TakenChunk, stop: AbortSignal): Promise<Seated | 'back' | 'replaced'> {
    if (stop.aborted) return 'back';
    return await new Promise((resolve) => {
      const leave = (): void => waiter.settle('back');
      const waiter: Waiting = {
        ...chunk,
        sinceMs: this.now(),
        settle: (decision) => {
          this.waiting.delete(waiter);
          stop.removeEventListener('abort', leave);
          resolve(decision);
        },
      };
      // Only a queue that was emptied hands a chunk out twice, and then it does not know the first any more.
      for (const other of this.waiting) if (other.chunkId === chunk.chunkId) other.settle('replaced');
      this.waiting.add(waiter);
      stop.addEventListener('abort', leave, { once: true });
      this.settle();
    });
  }

  private settle(): void {
    const nowMs = this.now();
    for (;;) {
      const move = nextDeskMove([...this.seated], [...this.waiting], this.bounds, nowMs);
      if (move === undefined) break;
      if (move.kind === 'leave') {
        move.chunk.isLeaving = true;
        move.chunk.giveWay.abort();
      } else {
        const seat = { claim: move.chunk.claim, seatedAtMs: nowMs, isLeaving: false, giveWay: new AbortController() };
        this.seated.add(seat);
        move.chunk.settle(seat);
      }
    }
    this.keepTime();
  }

  /** Runs only while someone waits. */
  private keepTime(): void {
    if (this.waiting.size > 0) this.timer ??= setInterval(() => this.turn(), TURN_MS).unref();
    else {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }
}
