import { createSeededRandom } from '../../faults/create-seeded-random.js';
import { WORD_SECONDS } from './tone-code.js';
import { VOCABULARY } from './vocabulary.js';

export interface RecordingOptions {
  readonly seed: number;
  /** How long it is at least; it ends with the word that reaches this. */
  readonly seconds: number;
  /** Silence between two words, drawn evenly from this range; 0 to 0 is speech without any pause. */
  readonly pauseSeconds: readonly [least: number, most: number];
  /** One pause in so many is a longer one, of up to `longPauseSeconds`. */
  readonly longPauseEvery?: number;
  readonly longPauseSeconds?: number;
  /** White noise under everything, so many dB below the speech; absent = none. */
  readonly noiseBelowSpeechDb?: number;
  /** Stretches of music in which nobody speaks, from the start of the recording. */
  readonly music?: readonly (readonly [fromSeconds: number, toSeconds: number])[];
}

/** A word of a recording and when it is said, in seconds. */
export interface SpokenWord {
  /** Place in the vocabulary. */
  readonly word: number;
  readonly start: number;
  readonly end: number;
}

export interface RecordingPlan {
  readonly options: RecordingOptions;
  readonly words: readonly SpokenWord[];
  readonly seconds: number;
}

const EDGE_SECONDS = 0.3;

/** Who says what and when: the same for the same options. */
export function planRecording(options: RecordingOptions): RecordingPlan {
  const random = createSeededRandom(options.seed);
  const [least, most] = options.pauseSeconds;
  const words: SpokenWord[] = [];
  let at = EDGE_SECONDS;
  while (at < options.seconds - EDGE_SECONDS) {
    const music = options.music?.find(([from, to]) => at + WORD_SECONDS > from && at < to);
    if (music !== undefined) {
      at = music[1] + EDGE_SECONDS;
      continue;
    }
    words.push({ word: Math.floor(random() * VOCABULARY.length), start: at, end: at + WORD_SECONDS });
    const isLong = options.longPauseEvery !== undefined && random() * options.longPauseEvery < 1;
    const pause = isLong ? random() * (options.longPauseSeconds ?? most) : least + random() * (most - least);
    at += WORD_SECONDS + pause;
  }
  return { options, words, seconds: Math.max(options.seconds, (words.at(-1)?.end ?? 0) + EDGE_SECONDS) };
}
