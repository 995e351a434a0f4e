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
      this.take(Int16Array.of((piece.readInt8(0) << 8) | this.halfSample), 0, 1);
      this.halfSample = undefined;
      at = 1;
    }
    const count = Math.floor((piece.length - at) / BYTES_PER_SAMPLE);
    const samples = toSamples16(piece, at, count);
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + FRAME_SAMPLES - this.filled);
      this.take(samples, from, to);
      from = to;
    }
    if (at + count * BYTES_PER_SAMPLE < piece.length) this.halfSample = piece.at(-1);
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

  /**
   * Samples of one frame. An hour has 58 million of them: they are added up in one loop, and exactly, as whole numbers. A square
   * has 31 bits, and as a product of integers costs a quarter of one of floating point.
   */
  private take(samples: Int16Array, from: number, to: number): void {
    let energy = 0;
    for (let at = from; at < to; at++) {
      const sample = samples[at] ?? 0;
      energy += Math.imul(sample, sample);
    }
    this.energy += energy;
    this.totalSamples += to - from;
    this.filled += to - from;
    if (this.filled === FRAME_SAMPLES) this.close();
  }

  private close(): void {
    if (this.count === this.levels.length) {
      const grown = new Int8Array(this.levels.length * 2);
      grown.set(this.levels);
      this.levels = grown;
    }
    const power = this.energy / (this.filled * FULL_SCALE * FULL_SCALE);
    const decibels = power > 0 ? Math.round(10 * Math.log10(power)) : QUIETEST_DB;
    this.levels[this.count++] = Math.max(QUIETEST_DB, decibels);
    this.energy = 0;
    this.filled = 0;
  }
}

/** Samples as they lie in memory, or a copy where they lie unevenly. Our machines have them little endian too. */
function toSamples16(piece: Buffer, at: number, count: number): Int16Array {
  const start = piece.byteOffset + at;
  if (start % BYTES_PER_SAMPLE === 0) return new Int16Array(piece.buffer, start, count);
  return new Int16Array(new Uint8Array(piece.subarray(at, at + count * BYTES_PER_SAMPLE)).buffer);
}
