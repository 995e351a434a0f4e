import { isWide, MAX_LINE_COLUMNS, textColumns, type LineToken } from './cue-lines.js';
import type { TranscriptSegment, TranscriptWord } from './transcript.types.js';

/** A token and when it is said. Seconds from the start of the recording. */
export interface SpokenToken extends LineToken {
  readonly start: number;
  readonly end: number;
}

type Placed = LineToken & { readonly at: number };

const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** With fewer words found in the text, the times are not those of its words. */
const LEAST_FOUND_SHARE = 0.5;

/** @param firstWord Index of the first word that may be the segment's. */
export function timeTokens(
  segment: TranscriptSegment,
  words: readonly TranscriptWord[],
  firstWord: number,
): { readonly tokens: readonly SpokenToken[]; readonly isTimed: boolean } {
  const text = segment.text.replaceAll('-->', '->');
  const placed = placeTokens(text);
  const times = findTimes(text, placed, segment, words.slice(firstWord, wordsEnd(words, firstWord, segment.end)));
  const isTimed = times.size >= placed.length * LEAST_FOUND_SHARE;
  return { tokens: isTimed ? fillGaps(placed, times, segment) : spread(placed, segment), isTimed };
}

function wordsEnd(words: readonly TranscriptWord[], from: number, end: number): number {
  let at = from;
  while (at < words.length && ((words[at]?.start ?? 0) + (words[at]?.end ?? 0)) / 2 <= end) at++;
  return at;
}

function placeTokens(text: string): Placed[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: token, index }) => {
    const parts = isWide(token) || textColumns(token) > MAX_LINE_COLUMNS ? splitToken(token) : [token];
    let at = index;
    return parts.map((part, place) => {
      const own = { text: part, isJoined: place > 0, at };
      at += part.length;
      return own;
    });
  });
}

/** Where blanks do not part words: at words, punctuation with the one before; without words, anywhere. */
function splitToken(token: string): string[] {
  const parts: string[] = [];
  for (const { segment, isWordLike } of WORDS.segment(token)) {
    if (isWordLike !== true && parts.length > 0) parts.push(`${parts.pop()}${segment}`);
    else parts.push(segment);
  }
  return parts.flatMap((part) => (textColumns(part) > MAX_LINE_COLUMNS ? splitAnywhere(part) : [part]));
}

function splitAnywhere(part: string): string[] {
  const pieces = [''];
  for (const { segment } of CHARACTERS.segment(part)) {
    const open = pieces.at(-1) ?? '';
    if (textColumns(open + segment) > MAX_LINE_COLUMNS) pieces.push(segment);
    else pieces[pieces.length - 1] = open + segment;
  }
  return pieces;
}

type Span = { readonly start: number; readonly end: number };

/** Times by index of the token. Words are looked for one behind the other, as engines leave out their punctuation. */
function findTimes(
  text: string,
  placed: readonly Placed[],
  segment: TranscriptSegment,
  words: readonly TranscriptWord[],
): Map<number, Span> {
  const times = new Map<number, Span>();
  let cursor = 0;
  let index = 0;
  for (const { word, start, end } of words) {
    const found = text.indexOf(word.trim(), cursor);
    if (found === -1) continue;
    cursor = found + word.trim().length;
    while (index < placed.length - 1 && (placed[index + 1]?.at ?? 0) <= found) index++;
    const known = times.get(index);
    const clamped = { start: Math.max(start, segment.start), end: Math.min(end, segment.end) };
    times.set(index, { start: known?.start ?? clamped.start, end: Math.max(clamped.end, clamped.start) });
  }
  return times;
}

/** A token without a time of its own lies between its neighbours. */
function fillGaps(placed: readonly Placed[], times: ReadonlyMap<number, Span>, segment: TranscriptSegment) {
  const tokens: SpokenToken[] = [];
  placed.forEach(({ text, isJoined }, index) => {
    const before = tokens.at(-1)?.end ?? times.get(index)?.start ?? segment.start;
    const own = times.get(index) ?? { start: before, end: times.get(index + 1)?.start ?? before };
    tokens.push({ text, isJoined, start: own.start, end: Math.max(own.start, own.end) });
  });
  return tokens;
}

function spread(placed: readonly Placed[], { start, end }: TranscriptSegment): SpokenToken[] {
  const total = placed.reduce((sum, { text }) => sum + text.length, 0);
  let said = 0;
  return placed.map(({ text, isJoined }) => {
    const from = start + ((end - start) * said) / total;
    said += text.length;
    return { text, isJoined, start: from, end: start + ((end - start) * said) / total };
  });
}
