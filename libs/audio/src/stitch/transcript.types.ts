/** A word with its times in seconds. */
export interface TimedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What an engine says of a stretch; figures that it does not give are absent. Times in seconds. */
export interface TimedSegment {
  readonly start: number;
  readonly end: number;
  /** As the engine wrote it, with the blank that Whisper begins segments with. */
  readonly text: string;
  readonly tokens?: readonly number[];
  readonly temperature?: number;
  readonly averageLogprob?: number;
  readonly compressionRatio?: number;
  readonly noSpeechProbability?: number;
  /** Why the text may be invented rather than heard; absent where nothing speaks for it. */
  readonly doubts?: readonly Doubt[];
}

/** `repetition`: the same words again and again. `compression`: text that repeats itself. `no-speech`: the engine heard none. */
export type Doubt = 'repetition' | 'compression' | 'no-speech';

/** What one piece of a recording was heard as, in its own time: 0 is the piece's first sample. */
export interface PieceTranscript {
  readonly text: string;
  readonly language?: string;
  /** Absent where the engine gives no times. */
  readonly segments?: readonly TimedSegment[];
  readonly words?: readonly TimedWord[];
}

/** One transcript of a whole recording, in its time. */
export interface StitchedTranscript {
  readonly text: string;
  readonly language?: string;
  readonly durationSeconds: number;
  readonly segments: readonly TimedSegment[];
  /** Absent where the engine gave none for some piece. */
  readonly words?: readonly TimedWord[];
}
