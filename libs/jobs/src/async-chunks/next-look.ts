export interface LookFacts {
  readonly nowMs: number;
  /** When something last happened to the chunk: a submission, or a result that was found. */
  readonly lastEventMs: number;
  /** When the next call may be submitted again; infinite where none waits for that. */
  readonly readyAtMs: number;
  /** Whether calls could be submitted if others had less outstanding. */
  readonly waitsForRoom: boolean;
}

const SOONEST_MS = 500;
const LATEST_MS = 60_000;
/** What becomes free goes to who asks next. */
const LATEST_FOR_ROOM_MS = 5_000;

/**
 * How long to leave a chunk alone. The pause is half of the time that nothing has happened for: a call of seconds is
 * seen a second late, and a call of an hour costs some seventy LISTs.
 */
export function nextLookMs({ nowMs, lastEventMs, readyAtMs, waitsForRoom }: LookFacts): number {
  const latestMs = waitsForRoom ? LATEST_FOR_ROOM_MS : LATEST_MS;
  const pause = Math.min(Math.max((nowMs - lastEventMs) / 2, SOONEST_MS), latestMs);
  return Math.round(Math.max(Math.min(pause, readyAtMs - nowMs), SOONEST_MS));
}
