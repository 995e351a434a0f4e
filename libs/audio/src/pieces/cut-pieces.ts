import { toSamples } from '../pcm/pcm-format.js';
import type { SampleSpan } from '../silence/find-speech.js';

/** How long the pieces of an engine are. */
export interface PieceLimits {
  /** A piece ends at the best pause near this length. */
  readonly targetSeconds: number;
  /** No piece is longer. More than 10 s, or overlaps would leave no way forward. */
  readonly maxSeconds: number;
}

/** What is sent in one call: samples of the decoded recording. */
export interface Piece extends SampleSpan {
  /** Samples at its start that the piece before holds too; 0 where the cut is in silence. */
  readonly overlap: number;
}

/** Silence that goes along before and behind speech: words begin softly. */
const PAD = toSamples(0.2);
/** Longer silence is not sent: Whisper invents words there. */
const MAX_SILENCE = toSamples(5);
/** What two pieces share where no pause was to be found: some words, so that the seam can be told. */
const OVERLAP = toSamples(3);
/** A piece is not cut shorter than this share of the target for the sake of a better pause. */
const LEAST_SHARE = 0.6;

/**
 * The pieces of a recording, in order. They cover all speech; cuts lie in the longest pause near the target length, and only
 * where nobody pauses until the maximum do two pieces overlap. The same speech always gives the same pieces.
 *
 * @param samples length of the recording
 */
export function cutPieces(speech: readonly SampleSpan[], samples: number, limits: PieceLimits): Piece[] {
  const bounds = { target: toSamples(limits.targetSeconds), max: toSamples(limits.maxSeconds), samples };
  return groupByLongSilence(speech).flatMap((group) => cutGroup(group, bounds));
}

interface Bounds {
  readonly target: number;
  readonly max: number;
  readonly samples: number;
}

function groupByLongSilence(spans: readonly SampleSpan[]): SampleSpan[][] {
  const groups: SampleSpan[][] = [];
  for (const span of spans) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && span.start - last.end <= MAX_SILENCE) groups.at(-1)?.push(span);
    else groups.push([span]);
  }
  return groups;
}

function cutGroup(group: readonly SampleSpan[], bounds: Bounds): Piece[] {
  const pieces: Piece[] = [];
  const end = Math.min(bounds.samples, (group.at(-1)?.end ?? 0) + PAD);
  let start = Math.max(0, (group[0]?.start ?? 0) - PAD);
  let overlap = 0;
  let from = 1;
  while (end - start > bounds.max) {
    // What lies before a piece is not looked at again: ten hours of speech have a hundred thousand pauses.
    while (from < group.length && (group[from]?.start ?? 0) <= start) from++;
    const pause = choosePause(group, from, start, bounds);
    if (pause === undefined) {
      pieces.push({ start, end: start + bounds.max, overlap });
      start += bounds.max - OVERLAP;
      overlap = OVERLAP;
    } else {
      const middle = Math.round((pause.start + pause.end) / 2);
      pieces.push({ start, end: Math.min(pause.start + PAD, middle), overlap });
      start = Math.max(pause.end - PAD, middle);
      overlap = 0;
    }
  }
  pieces.push({ start, end, overlap });
  return pieces;
}

/** The longest pause in reach before the span `from` or one behind it; of equals the one nearest to the target. */
function choosePause(
  group: readonly SampleSpan[],
  from: number,
  start: number,
  { target, max }: Bounds,
): SampleSpan | undefined {
  let best: SampleSpan | undefined;
  for (let index = from; index < group.length; index++) {
    const pause = { start: group[index - 1]?.end ?? 0, end: group[index]?.start ?? 0 };
    if (pause.start - start < target * LEAST_SHARE) continue;
    if (pause.start + PAD - start > max) break;
    if (best === undefined || isBetter(pause, best, start + target)) best = pause;
  }
  return best;
}

function isBetter(pause: SampleSpan, than: SampleSpan, target: number): boolean {
  const longer = pause.end - pause.start - (than.end - than.start);
  return longer > 0 || (longer === 0 && Math.abs(pause.start - target) < Math.abs(than.start - target));
}
