import { recordingDurationSeconds, type AudioFile } from '#inference';

/** What a second of sound takes at least: AMR at its lowest, and a little less. */
const LEAST_BYTES_PER_SECOND = 600;

/**
 * Whether a recording may be longer than a model hears at a time. Most containers tell how long they are; of the others
 * (AMR, AAC, what is cut off) whatever could be longer counts as long, since a model would lose words of it or refuse it.
 */
export function isLongRecording(audio: AudioFile, maxSeconds: number): boolean {
  const seconds = recordingDurationSeconds(audio.bytes) ?? audio.bytes.length / LEAST_BYTES_PER_SECOND;
  return seconds > maxSeconds;
}
