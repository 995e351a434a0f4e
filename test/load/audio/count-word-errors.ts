export interface TimedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export interface WordErrors {
  readonly words: number;
  /** Said and not in the transcript at their time. */
  readonly lost: number;
  /** In the transcript and not said then: doubled or made up. */
  readonly added: number;
  /** Largest difference of a start or an end, in seconds. */
  readonly worstShiftSeconds: number;
}

/** Words are as long as this at least, so that no word is taken for its neighbour. */
const MATCH_SECONDS = 0.1;

/** Holds a transcript against what was said: each word once, at its time. Both lists in the order of time. */
export function countWordErrors(said: readonly TimedWord[], heard: readonly TimedWord[]): WordErrors {
  let matched = 0;
  let worst = 0;
  let next = 0;
  for (const word of said) {
    while (next < heard.length && (heard[next]?.start ?? 0) < word.start - MATCH_SECONDS) next++;
    for (let at = next; at < heard.length && (heard[at]?.start ?? 0) <= word.start + MATCH_SECONDS; at++) {
      const candidate = heard[at];
      if (candidate === undefined || candidate.word !== word.word) continue;
      matched++;
      worst = Math.max(worst, Math.abs(candidate.start - word.start), Math.abs(candidate.end - word.end));
      next = at + 1;
      break;
    }
  }
  return { words: said.length, lost: said.length - matched, added: heard.length - matched, worstShiftSeconds: worst };
}
