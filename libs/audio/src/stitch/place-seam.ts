import { alignWords } from './align-words.js';
import type { TimedWord } from './transcript.types.js';

/** Where one piece hands over to the next within what both have heard: words count by their place in their list. */
export interface Seam {
  /** Words of the left piece that are kept. */
  readonly keptLeft: number;
  /** Words at the start of the right piece that are left out. */
  readonly droppedRight: number;
}

/** Words at the edge of a piece reach a little beyond the overlap. */
const SLACK_SECONDS = 0.3;

/**
 * Joins two pieces so that each word of their overlap stands once: at the word nearest to its middle that both have heard,
 * else in the middle itself.
 *
 * @param left words of the piece before, global times
 * @param right words of the piece behind, global times
 * @param overlap start and end of what both hold, in seconds
 */
export function placeSeam(
  left: readonly TimedWord[],
  right: readonly TimedWord[],
  overlap: { readonly start: number; readonly end: number },
): Seam {
  const leftFrom = countWhile(left, (word) => word.end <= overlap.start - SLACK_SECONDS);
  const rightTo = countWhile(right, (word) => word.start < overlap.end + SLACK_SECONDS);
  const middle = (overlap.start + overlap.end) / 2;
  const matches = alignWords(left.slice(leftFrom), right.slice(0, rightTo)).map((match) => ({
    left: match.left + leftFrom,
    right: match.right,
  }));
  const distance = (place: number): number => Math.abs(middleOf(left[place]) - middle);
  const nearest = matches.toSorted((a, b) => distance(a.left) - distance(b.left))[0];
  if (nearest !== undefined) return { keptLeft: nearest.left + 1, droppedRight: nearest.right + 1 };
  return {
    keptLeft: countWhile(left, (word) => middleOf(word) < middle),
    droppedRight: countWhile(right, (word) => middleOf(word) < middle),
  };
}

function countWhile(words: readonly TimedWord[], holds: (word: TimedWord) => boolean): number {
  const end = words.findIndex((word) => !holds(word));
  return end === -1 ? words.length : end;
}

function middleOf(word: TimedWord | undefined): number {
  return word === undefined ? 0 : (word.start + word.end) / 2;
}
