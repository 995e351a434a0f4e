import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';

export const FRAMES_PER_SECOND = 100;
export const FRAME_SAMPLES = SAMPLE_RATE_HZ / FRAMES_PER_SECOND;

/** Below what 16 bits can hold; digital silence. */
export const QUIETEST_DB = -100;

const FULL_SCALE = 32_768;
/** An hour of frames; ten hours are 3.6 MB in all. */
const INITIAL_FRAMES = 3600 * FRAMES_PER_SECOND;

/**
 * The loudness of a recording, a byte for each 10 ms: decibels of full scale, from 0 down to `QUIETEST_DB`. Fed with
 * decoded samples as they come, cut anywhere.
 */
export class FrameLevels {
  private levels = new Int8Array(INITIAL_FRAMES);
  private count = 0;
  private energy = 0;
  private filled = 0;
  private halfSample: number | undefined;
  private totalSamples = 0;

  push(piece: Buffer): void {
    let at = 0;
    if (this.halfSample !== undefined && piece.length > 0) {
      this.take(((piece.readInt8(0) << 8) | this.halfSample) / FULL_SCALE);
      this.halfSample = undefined;
      at = 1;
    }
    const whole = at + Math.floor((piece.length - at) / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE;
    for (; at < whole; at += BYTES_PER_SAMPLE) {
      this.take(((((piece[at + 1] ?? 0) << 24) >> 16) | (piece[at] ?? 0)) / FULL_SCALE);
    }
    if (at < piece.length) this.halfSample = piece[at];
  }

  /** Samples that have come so far. */
  get samples(): number {
    return this.totalSamples;
  }

  /** Levels of all frames; a last frame that is not full counts by what it holds. */
  finish(): Int8Array {
    if (this.filled > 0) this.close();
    return this.levels.subarray(0, this.count);
  }

  private take(sample: number): void {
    this.energy += sample * sample;
    this.totalSamples++;
    if (++this.filled === FRAME_SAMPLES) this.close();
  }

  private close(): void {
    if (this.count === this.levels.length) {
      const grown = new Int8Array(this.levels.length * 2);
      grown.set(this.levels);
      this.levels = grown;
    }
    const power = this.energy / this.filled;
    const decibels = power > 0 ? Math.round(10 * Math.log10(power)) : QUIETEST_DB;
    this.levels[this.count++] = Math.max(QUIETEST_DB, decibels);
    this.energy = 0;
    this.filled = 0;
  }
}
