import { SAMPLE_RATE_HZ } from '#audio';

/** Samples in which sound and silence alternate: seconds of sound, of silence, of sound, … */
export function recordedSamples(...seconds: readonly number[]): Buffer {
  return Buffer.concat(
    seconds.map((length, index) => {
      const stretch = Buffer.alloc(length * SAMPLE_RATE_HZ * 2);
      if (index % 2 === 0) for (let at = 0; at < stretch.length; at += 4) stretch.writeInt16LE(9000, at);
      return stretch;
    }),
  );
}
