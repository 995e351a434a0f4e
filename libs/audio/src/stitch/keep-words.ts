import type { HeardSegment } from './heard-piece.js';
import type { TimedSegment } from './transcript.types.js';

/** What is left of a piece once its neighbours have taken their share of the overlaps: words from `from` up to `to`. */
export interface KeptRange {
  readonly from: number;
  readonly to: number;
}

/** Cuts the segments of a piece down to the words that it keeps; what is kept whole stays as the engine wrote it. */
export function keepWords(segments: readonly HeardSegment[], { from, to }: KeptRange): HeardSegment[] {
  const kept: HeardSegment[] = [];
  let first = 0;
  for (const heard of segments) {
    const begin = Math.max(from - first, 0);
    const end = Math.min(to - first, heard.words.length);
    // A segment without words lies where its neighbours do.
    const isWhole = begin === 0 && end === heard.words.length && first >= from && first <= to;
    if (isWhole) kept.push(heard);
    else if (begin < end) kept.push(trimEnd(trimStart(heard, begin), end - begin));
    first += heard.words.length;
  }
  return kept;
}

function trimStart({ segment, words }: HeardSegment, begin: number): HeardSegment {
  const first = words[begin];
  if (begin === 0 || first === undefined) return { segment, words };
  const text = segment.text.slice(first.at);
  // Segments begin with the blank that parts them from the one before.
  const blank = segment.text.startsWith(' ') && !text.startsWith(' ') ? ' ' : '';
  const shift = first.at - blank.length;
  return {
    segment: { ...withoutTokens(segment), start: first.start, text: blank + text },
    words: words.slice(begin).map((word) => ({ ...word, at: word.at - shift })),
  };
}

function trimEnd({ segment, words }: HeardSegment, count: number): HeardSegment {
  const last = words[count - 1];
  const next = words[count];
  if (last === undefined || next === undefined) return { segment, words };
  const text = segment.text.slice(0, next.at).trimEnd();
  return { segment: { ...withoutTokens(segment), end: last.end, text }, words: words.slice(0, count) };
}

/** Nobody can tell which tokens the words were that are left. */
function withoutTokens(segment: TimedSegment): TimedSegment {
  const { tokens: _, ...rest } = segment;
  return rest;
}
