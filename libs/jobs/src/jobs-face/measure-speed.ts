import type { ChunkProgress } from '../queue/job-queue.port.js';

/** How far back a speed looks: long enough to span several calls, short enough to notice a standstill. */
const WINDOW_MS = 60_000;
const MIN_WINDOW_MS = 1000;
/** A job whose last line is older than this is taken to stand still, for now. */
const STILL_MS = 10_000;

/**
 * Lines a second that a job's chunks finished in the last minute. A chunk that began before it counts with the share
 * of its time that lies within. `undefined` when nothing was measured yet; 0 when nothing has moved for a minute.
 */
export function measureSpeed(chunks: readonly ChunkProgress[], clockMs: number): number | undefined {
  const spans = chunks.flatMap(({ completed, failed, span }) =>
    span === undefined ? [] : [{ lines: completed + failed - span.restored, ...span }],
  );
  if (!spans.some(({ lines }) => lines > 0)) return undefined;
  const atMs = momentOf(spans, clockMs);
  const firstMs = spans.reduce((first, { fromMs }) => Math.min(first, fromMs), atMs);
  const windowStartMs = Math.max(atMs - WINDOW_MS, firstMs);
  const lines = spans.reduce((sum, span) => sum + span.lines * shareWithin(span, windowStartMs), 0);
  return (lines * 1000) / Math.max(MIN_WINDOW_MS, atMs - windowStartMs);
}

/**
 * The moment that a speed is told for: of the newest line while the job moves, so that it says the same until the next
 * one; else the clock's, in steps for the same reason.
 */
function momentOf(spans: readonly { readonly untilMs: number }[], clockMs: number): number {
  const newestMs = spans.reduce((newest, { untilMs }) => Math.max(newest, untilMs), 0);
  return clockMs - newestMs < STILL_MS ? newestMs : Math.floor(clockMs / STILL_MS) * STILL_MS;
}

function shareWithin(
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
  windowStartMs: number,
): number {
  if (untilMs <= windowStartMs) return untilMs === windowStartMs && fromMs === untilMs ? 1 : 0;
  return fromMs >= windowStartMs ? 1 : (untilMs - windowStartMs) / (untilMs - fromMs);
}
