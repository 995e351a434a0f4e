import { wavDurationSeconds } from '../wav-duration.js';
import { flacDurationSeconds } from './flac-duration.js';
import { mp3DurationSeconds } from './mp3-duration.js';
import { mp4DurationSeconds } from './mp4-duration.js';
import { oggDurationSeconds } from './ogg-duration.js';
import { webmDurationSeconds } from './webm-duration.js';

const READERS = [
  wavDurationSeconds,
  flacDurationSeconds,
  oggDurationSeconds,
  mp4DurationSeconds,
  webmDurationSeconds,
  mp3DurationSeconds,
] as const;

/** Seconds that a recording lasts, from its container alone; `undefined` where that does not tell for certain. */
export function recordingDurationSeconds(bytes: Buffer): number | undefined {
  for (const read of READERS) {
    const seconds = read(bytes);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}
