import { wavDurationSeconds, type AudioFile } from '#inference';

/** What a second of speech takes at 128 kbit/s, the most that anyone encodes speech with. */
const BYTES_PER_SECOND = 16_000;

/**
 * Whether a recording is longer than a model hears at a time. A WAV file says how long it is; of the others those count
 * as long that may be.
 */
export function isLongRecording(audio: AudioFile, maxSeconds: number): boolean {
  const seconds = wavDurationSeconds(audio.bytes) ?? audio.bytes.length / BYTES_PER_SECOND;
  return seconds > maxSeconds;
}
