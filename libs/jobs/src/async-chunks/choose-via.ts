import type { BulkVia } from '#contracts';
import type { DeferredWay } from '#inference';

export interface ViaFacts {
  /** The model's asynchronous endpoint; `undefined` where it has none. */
  readonly way: DeferredWay | undefined;
  /** Calls that bulk may have in flight on the model's own target. */
  readonly concurrency: number;
  readonly lines: number;
  /** Until the job's deadline. */
  readonly leftMs: number;
}

/** An asynchronous endpoint is trusted with half of the time that is left: calls may expire and be made again. */
const SHARE_OF_TIME = 0.5;

/**
 * Which way a job's calls go. Large jobs take the asynchronous endpoint, which scales by its backlog and leaves the
 * realtime one alone, as long as they are expected to be done there in good time; else the faster of the two.
 */
export function chooseVia({ way, concurrency, lines, leftMs }: ViaFacts): BulkVia | undefined {
  if (way === undefined) return undefined;
  const { choice } = way;
  if (choice === undefined) return 'async';
  if (lines < choice.minLines) return 'realtime';
  const work = lines * choice.callSeconds;
  const deferredSeconds = choice.startSeconds + work / choice.concurrency;
  if (deferredSeconds * 1000 <= leftMs * SHARE_OF_TIME) return 'async';
  return work / concurrency <= deferredSeconds ? 'realtime' : 'async';
}
