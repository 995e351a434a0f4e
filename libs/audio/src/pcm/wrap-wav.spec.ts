import { describe, expect, it } from 'vitest';
import { wrapWav } from './wrap-wav.js';

describe('wrapWav', () => {
  it('says what the samples are', () => {
    const pcm = Buffer.from([1, 2, 3, 4]);
    const wav = wrapWav(pcm);

    expect([wav.toString('latin1', 0, 4), wav.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WAVEfmt ']);
    expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
      1, 1, 16_000, 16,
    ]);
    expect([wav.readUInt32LE(4), wav.readUInt32LE(40)]).toEqual([wav.length - 8, pcm.length]);
    expect(wav.subarray(44)).toEqual(pcm);
  });
});
