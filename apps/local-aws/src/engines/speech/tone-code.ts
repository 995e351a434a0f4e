import { VOCABULARY } from './vocabulary.js';

/** One of sixteen sounds of a bank: two tones at once, one low and one high. */
export interface SymbolTones {
  readonly lowHz: number;
  readonly highHz: number;
}

/** Frequencies of one bank of symbols. */
export interface ToneBank {
  readonly lowsHz: readonly number[];
  readonly highsHz: readonly number[];
}

/**
 * A word is a symbol of the first bank and then one of the second, so that words are told apart without a pause between
 * them. All frequencies are multiples of 50 Hz: none leaks into another's in a window of 20 ms. They lie below 4 kHz, so
 * that they pass a telephone's sampling rate.
 */
export const FIRST_BANK: ToneBank = { lowsHz: [500, 600, 700, 800], highsHz: [1000, 1150, 1300, 1450] };
export const SECOND_BANK: ToneBank = { lowsHz: [1650, 1850, 2050, 2250], highsHz: [2500, 2750, 3000, 3250] };

export const SYMBOL_SECONDS = 0.1;
export const WORD_SECONDS = 2 * SYMBOL_SECONDS;

const SYMBOLS_PER_BANK = 16;
/** Neighbours in the vocabulary differ in both of their symbols. */
const SECOND_STEP = 5;

/** The two symbols of a word by its place in the vocabulary. */
export function symbolsOf(word: number): readonly [first: number, second: number] {
  const round = Math.floor(word / SYMBOLS_PER_BANK);
  return [word % SYMBOLS_PER_BANK, (word * SECOND_STEP + round) % SYMBOLS_PER_BANK];
}

export function tonesOf(symbol: number, { lowsHz, highsHz }: ToneBank): SymbolTones {
  return { lowHz: lowsHz[symbol >> 2] ?? 0, highHz: highsHz[symbol & 3] ?? 0 };
}

const WORD_BY_SYMBOLS: ReadonlyMap<string, number> = new Map(
  VOCABULARY.map((_, word) => [symbolsOf(word).join('+'), word]),
);

/** The word of two symbols; `undefined` where no word sounds like that. */
export function wordOf(first: number, second: number): number | undefined {
  return WORD_BY_SYMBOLS.get(`${first}+${second}`);
}
