import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from './pcm-format.js';

/** What stands before the samples. */
export const WAV_HEADER_BYTES = 44;
const PCM_TAG = 1;
const BITS_PER_BYTE = 8;

/** Decoded samples as a WAV file, which every engine reads. */
export function wrapWav(pcm: Buffer): Buffer {
  const wav = Buffer.allocUnsafe(WAV_HEADER_BYTES + pcm.length);
  writeWavHeader(wav);
  pcm.copy(wav, WAV_HEADER_BYTES);
  return wav;
}

/** @param wav all of the file; its samples may be filled in later. */
export function writeWavHeader(wav: Buffer): void {
  const sampleBytes = wav.length - WAV_HEADER_BYTES;
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(PCM_TAG, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  wav.writeUInt32LE(SAMPLE_RATE_HZ * BYTES_PER_SAMPLE, 28);
  wav.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  wav.writeUInt16LE(BYTES_PER_SAMPLE * BITS_PER_BYTE, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(sampleBytes, 40);
}
