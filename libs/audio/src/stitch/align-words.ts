import type { TimedWord } from './transcript.types.js';

/** Places of one word in two lists. */
export interface WordMatch {
  readonly left: number;
  readonly right: number;
}

/** The same word may be heard a little earlier or later in another piece, never so much. */
const MAX_SHIFT_SECONDS = 0.5;

/**
 * The longest common subsequence of what two pieces heard of the same stretch. Words match when they are the same but for
 * case and punctuation, and sound at about the same time; of equally long ones that which is nearest in time.
 */
export function alignWords(left: readonly TimedWord[], right: readonly TimedWord[]): WordMatch[] {
  const leftKeys = left.map(({ word }) => normaliseWord(word));
  const rightKeys = right.map(({ word }) => normaliseWord(word));
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const gain = (l: number, r: number): number => {
    const shift = Math.abs(middle(left[l]) - middle(right[r]));
    const same = leftKeys[l] !== '' && leftKeys[l] === rightKeys[r] && shift <= MAX_SHIFT_SECONDS;
    // Closeness decides between equals only: all of it together weighs less than one more word.
    return same ? 1 + (1 - shift / MAX_SHIFT_SECONDS) / (1 + left.length + right.length) : 0;
  };
  for (let l = left.length - 1; l >= 0; l--) {
    for (let r = right.length - 1; r >= 0; r--) {
      const matched = gain(l, r);
      const skipped = Math.max(at(best, (l + 1) * width + r), at(best, l * width + r + 1));
      best[l * width + r] = matched > 0 ? Math.max(skipped, matched + at(best, (l + 1) * width + r + 1)) : skipped;
    }
  }
  const matches: WordMatch[] = [];
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    const here = at(best, l * width + r);
    if (here === at(best, (l + 1) * width + r)) l++;
    else if (here === at(best, l * width + r + 1)) r++;
    else matches.push({ left: l++, right: r++ });
  }
  return matches;
}

/** What makes two spellings the same word. */
export function normaliseWord(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

function middle(word: TimedWord | undefined): number {
  return word === undefined ? 0 : (word.start + word.end) / 2;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
