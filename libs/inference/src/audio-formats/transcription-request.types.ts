import type { TimestampGranularity, TranscriptionFormat } from '#contracts';
import type { SpeechTask } from './transcript.types.js';

/** A clip as its sender gave it; what it holds is for the engine to find out. */
export interface AudioFile {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly contentType: string;
}

/** A transcription that was asked for, in words of no engine's. */
export interface TranscriptionRequest {
  readonly audio: AudioFile;
  readonly task: SpeechTask;
  readonly format: TranscriptionFormat;
  readonly granularities: readonly TimestampGranularity[];
  readonly stream: boolean;
  /** ISO 639-1 code. */
  readonly language?: string;
  readonly prompt?: string;
  /** From 0 to 1. */
  readonly temperature?: number;
  /** Fields that only some engines know, as they came. */
  readonly others: readonly (readonly [name: string, value: string])[];
}
