import type { SpokenSegment } from './transcribe.js';

export interface SegmentOptions {
  readonly temperature: number;
  readonly withWords: boolean;
}

/** A segment with all that openai-whisper says of one. Tones are heard without doubt, which the figures show. */
export function renderWhisperSegment(segment: SpokenSegment, id: number, options: SegmentOptions): object {
  return {
    id,
    seek: 0,
    start: segment.start,
    end: segment.end,
    text: segment.text,
    tokens: segment.words.map((_, index) => 50_364 + index),
    temperature: options.temperature,
    avg_logprob: -0.01,
    compression_ratio: 1,
    no_speech_prob: 0.001,
    ...(options.withWords && {
      words: segment.words.map(({ word, start, end }) => ({ word: ` ${word}`, start, end, probability: 0.99 })),
    }),
  };
}
