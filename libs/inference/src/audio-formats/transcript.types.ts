/** What was said between two moments. Seconds from the start of the recording. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  /** As the engine wrote it, with the blank that Whisper begins segments with. */
  readonly text: string;
  readonly seek?: number;
  readonly tokens?: readonly number[];
  readonly temperature?: number;
  readonly averageLogprob?: number;
  readonly compressionRatio?: number;
  readonly noSpeechProbability?: number;
  /** Why the text may be invented rather than heard; absent where nothing speaks for it. */
  readonly doubts?: readonly ('repetition' | 'compression' | 'no-speech')[];
}

/** A stretch of which nobody knows what was said. Seconds from the start of the recording. */
interface TranscriptGap {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

export interface TranscriptWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What any engine's answer comes down to, and every format is written from. */
export interface Transcript {
  readonly text: string;
  /** Code or name, as the engine gave it. */
  readonly language?: string;
  readonly durationSeconds?: number;
  /** Absent where the engine gave no times. */
  readonly segments?: readonly TranscriptSegment[];
  readonly words?: readonly TranscriptWord[];
  /** Absent where all of the recording was heard. */
  readonly gaps?: readonly TranscriptGap[];
}

export type SpeechTask = 'transcribe' | 'translate';
