import { columnsOf, fitsLines, MAX_CUE_COLUMNS, toLines } from './cue-lines.js';
import { timedSegments } from './timed-segments.js';
import { timeTokens, type SpokenToken } from './time-tokens.js';
import type { Transcript } from './transcript.types.js';

/** What stands on the screen from one moment to another. Seconds from the start of the recording. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  /** One or two. */
  readonly lines: readonly string[];
}

// Lengths as makers of subtitles use them: two lines of 42 columns, seven seconds.
const MAX_CUE_SECONDS = 7;
/** Nobody speaks for so long: what comes behind it is a cue of its own. */
const PAUSE_SECONDS = 2;
const ENDS_SENTENCE = /[.!?…。！？]["'”’)]*$/;
const ENDS_CLAUSE = /[,;:，、；：]$/;
/** A cue is not made shorter than this share of what it may hold for the sake of ending with a sentence. */
const LEAST_SHARE = 0.5;

/**
 * Segments as cues that can be read: broken where a sentence ends if one does, at the times of the words. Where an engine
 * gives no times of words, they are taken to be spread evenly over their segment, and only length breaks a cue.
 */
export function cutCues(transcript: Transcript): Cue[] {
  const { words = [] } = transcript;
  let firstWord = 0;
  return timedSegments(transcript).flatMap((segment) => {
    while (isBefore(words[firstWord], segment.start)) firstWord++;
    const { tokens, isTimed } = timeTokens(segment, words, firstWord);
    const cues = cutTokens(tokens, isTimed);
    return cues.map((cue, index) => ({
      start: index === 0 && !isTimed ? segment.start : cue[0].start,
      end: index === cues.length - 1 && !isTimed ? segment.end : (cue.at(-1) ?? cue[0]).end,
      lines: toLines(cue),
    }));
  });
}

function isBefore(word: { readonly start: number; readonly end: number } | undefined, moment: number): boolean {
  return word !== undefined && (word.start + word.end) / 2 < moment;
}

type Tokens = [SpokenToken, ...SpokenToken[]];

function cutTokens(tokens: readonly SpokenToken[], isTimed: boolean): Tokens[] {
  const cues: Tokens[] = [];
  for (let at = 0; at < tokens.length;) {
    const reach = reachOf(tokens, at, isTimed);
    const end = reach === tokens.length ? reach : chooseEnd(tokens, at, reach);
    cues.push(tokens.slice(at, end) as Tokens);
    at = end;
  }
  return cues;
}

/** The first token that cannot be in the same cue. */
function reachOf(tokens: readonly SpokenToken[], from: number, isTimed: boolean): number {
  const start = tokens[from]?.start ?? 0;
  let reach = from + 1;
  for (; reach < tokens.length; reach++) {
    const token = tokens[reach];
    const before = tokens[reach - 1];
    if (token === undefined || before === undefined || !fitsLines(tokens.slice(from, reach + 1))) break;
    if (isTimed && (token.end - start > MAX_CUE_SECONDS || token.start - before.end > PAUSE_SECONDS)) break;
  }
  return reach;
}

function chooseEnd(tokens: readonly SpokenToken[], from: number, reach: number): number {
  const least = columnsOf(tokens.slice(from, reach)) >= MAX_CUE_COLUMNS * LEAST_SHARE ? LEAST_SHARE : 0;
  const total = columnsOf(tokens.slice(from, reach));
  for (const pattern of [ENDS_SENTENCE, ENDS_CLAUSE]) {
    for (let end = reach; end > from; end--) {
      const isEnough = columnsOf(tokens.slice(from, end)) >= total * least;
      if (isEnough && pattern.test(tokens[end - 1]?.text ?? '')) return end;
    }
  }
  return reach;
}
