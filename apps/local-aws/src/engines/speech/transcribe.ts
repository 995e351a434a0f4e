import { hearWords, type HeardWord } from './hear-words.js';
import type { Recording } from './read-wav.js';
import { VOCABULARY } from './vocabulary.js';

interface SpokenWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export interface SpokenSegment {
  readonly start: number;
  readonly end: number;
  /** Begins with a blank, as Whisper's does. */
  readonly text: string;
  readonly words: readonly SpokenWord[];
}

export interface Speech {
  readonly text: string;
  readonly language: string;
  readonly durationSeconds: number;
  readonly segments: readonly SpokenSegment[];
}

export interface TranscribeOptions {
  readonly task: 'transcribe' | 'translate';
  /** Tones are of no language: what the caller says is what was spoken. */
  readonly language: string | undefined;
}

/** A longer silence ends a segment, and so does this number of words. */
const SEGMENT_PAUSE_SECONDS = 0.6;
const MAX_SEGMENT_WORDS = 12;

/** What is said in a recording, and when. `translate` gives English whatever was spoken. */
export function transcribe(recording: Recording, { task, language = 'en' }: TranscribeOptions): Speech {
  const column = task === 'transcribe' && language === 'de' ? 1 : 0;
  const segments = cutSegments(hearWords(recording)).map((words): SpokenSegment => {
    const spoken = words.map(({ word, startSeconds, endSeconds }) => ({
      word: VOCABULARY[word]?.[column] ?? '',
      start: hundredths(startSeconds),
      end: hundredths(endSeconds),
    }));
    return {
      start: spoken[0]?.start ?? 0,
      end: spoken.at(-1)?.end ?? 0,
      text: spoken.map(({ word }) => ` ${word}`).join(''),
      words: spoken,
    };
  });
  return {
    text: segments
      .map(({ text }) => text)
      .join('')
      .trim(),
    language,
    durationSeconds: recording.samples.length / recording.sampleRateHz,
    segments,
  };
}

function cutSegments(words: readonly HeardWord[]): HeardWord[][] {
  const segments: HeardWord[][] = [];
  for (const word of words) {
    const current = segments.at(-1);
    const last = current?.at(-1);
    const goesOn =
      current !== undefined &&
      last !== undefined &&
      current.length < MAX_SEGMENT_WORDS &&
      word.startSeconds - last.endSeconds < SEGMENT_PAUSE_SECONDS;
    if (goesOn) current.push(word);
    else segments.push([word]);
  }
  return segments;
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
