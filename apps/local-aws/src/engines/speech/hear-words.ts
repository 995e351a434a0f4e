import { hearSymbols, type HeardSymbol } from './hear-symbols.js';
import type { Recording } from './read-wav.js';
import { wordOf } from './tone-code.js';

export interface HeardWord {
  /** Place in the vocabulary. */
  readonly word: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Silence that may lie between the two halves of a word. */
const MAX_GAP_SECONDS = 0.035;

/** The words of a recording. Half a word, as a cut leaves it, is none. */
export function hearWords(recording: Recording): HeardWord[] {
  const words: HeardWord[] = [];
  let first: HeardSymbol | undefined;
  for (const symbol of hearSymbols(recording)) {
    if (symbol.bank === 'first') {
      first = symbol;
      continue;
    }
    if (first !== undefined && symbol.startSeconds - first.endSeconds <= MAX_GAP_SECONDS) {
      const word = wordOf(first.symbol, symbol.symbol);
      if (word !== undefined) words.push({ word, startSeconds: first.startSeconds, endSeconds: symbol.endSeconds });
    }
    first = undefined;
  }
  return words;
}
