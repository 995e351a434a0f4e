import type { PieceTranscript, TimedSegment, TimedWord } from './transcript.types.js';

/** A word with its place in the text of its segment. */
interface PlacedWord extends TimedWord {
  /** Where it begins in the segment's text. */
  readonly at: number;
}

/** A segment in the recording's time with the words that it holds. */
export interface HeardSegment {
  readonly segment: TimedSegment;
  readonly words: readonly PlacedWord[];
}

/** A piece as it was heard, in the recording's time. */
export interface HeardPiece {
  readonly segments: readonly HeardSegment[];
  /** Whether the engine gave the words' times; else they are spread evenly over their segments. */
  readonly hasWordTimes: boolean;
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Puts what was heard in a piece into the time of the recording, within the bounds of the piece. Seconds. */
export function toHeardPiece(transcript: PieceTranscript, start: number, end: number): HeardPiece {
  const shift = <T extends TimedWord | TimedSegment>(timed: T): T => {
    const from = clamp(timed.start + start, start, end);
    return { ...timed, start: from, end: clamp(timed.end + start, from, end) };
  };
  const segments = (transcript.segments ?? wholeText(transcript.text, end - start)).map(shift);
  const { words } = transcript;
  if (words === undefined) return { segments: segments.map(estimateWords), hasWordTimes: false };
  return { segments: shareWords(segments, words.map(shift)), hasWordTimes: true };
}

function wholeText(text: string, seconds: number): TimedSegment[] {
  return text.trim() === '' ? [] : [{ start: 0, end: seconds, text }];
}

/** Each word goes to the segment that it sounds in, or to the nearest. */
function shareWords(segments: readonly TimedSegment[], words: readonly TimedWord[]): HeardSegment[] {
  const shares = segments.map((segment) => ({ segment, words: [] as PlacedWord[], cursor: 0 }));
  let index = 0;
  for (const word of words) {
    const middle = (word.start + word.end) / 2;
    while (index < shares.length - 1 && isNearer(middle, segments[index + 1], segments[index])) index++;
    const share = shares[index];
    if (share === undefined) continue;
    const found = share.segment.text.indexOf(word.word, share.cursor);
    const at = found === -1 ? share.cursor : found;
    if (found !== -1) share.cursor = found + word.word.length;
    share.words.push({ ...word, at });
  }
  return shares;
}

function isNearer(moment: number, one: TimedSegment | undefined, other: TimedSegment | undefined): boolean {
  return distance(moment, one) < distance(moment, other);
}

function distance(moment: number, segment: TimedSegment | undefined): number {
  return segment === undefined ? Infinity : Math.max(segment.start - moment, moment - segment.end, 0);
}

/** Good enough to find a seam with, not to be shown to anyone. */
function estimateWords(segment: TimedSegment): HeardSegment {
  const found = [...SEGMENTER.segment(segment.text)].filter(({ isWordLike }) => isWordLike === true);
  const step = (segment.end - segment.start) / Math.max(1, found.length);
  const words = found.map(({ segment: word, index: at }, place) => ({
    word,
    at,
    start: segment.start + place * step,
    end: segment.start + (place + 1) * step,
  }));
  return { segment, words };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
