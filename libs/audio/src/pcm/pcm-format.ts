/** What every recording is decoded to: mono, 16 bits a sample, little endian. 16 kHz is what Whisper hears. */
export const SAMPLE_RATE_HZ = 16_000;
export const BYTES_PER_SAMPLE = 2;

/** Samples that a stretch of time holds. */
export function toSamples(seconds: number): number {
  return Math.round(seconds * SAMPLE_RATE_HZ);
}

export function toSeconds(samples: number): number {
  return samples / SAMPLE_RATE_HZ;
}
