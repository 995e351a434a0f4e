import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, FrameLevels, QUIETEST_DB } from './frame-levels.js';

function pcm(samples: readonly number[]): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => bytes.writeInt16LE(sample, index * 2));
  return bytes;
}

function levelsOf(...pieces: readonly Buffer[]): number[] {
  const levels = new FrameLevels();
  for (const piece of pieces) levels.push(piece);
  return [...levels.finish()];
}

const LOUD = pcm(Array.from({ length: FRAME_SAMPLES }, (_, index) => (index % 2 === 0 ? 32_767 : -32_768)));
const HALF = pcm(Array.from({ length: FRAME_SAMPLES }, (_, index) => (index % 2 === 0 ? 16_384 : -16_384)));

describe('FrameLevels', () => {
  it('gives each 10 ms its level in decibels of full scale', () => {
    expect(levelsOf(Buffer.concat([LOUD, HALF, Buffer.alloc(FRAME_SAMPLES * 2)]))).toEqual([0, -6, QUIETEST_DB]);
  });

  it('gives the same levels wherever the samples are cut, also within one', () => {
    const all = Buffer.concat([HALF, LOUD, pcm([-1, 1, -300, 12_000])]);
    const whole = levelsOf(all);
    for (const cut of [1, 2, 3, 319, 321, 640, 641, all.length - 1]) {
      expect(levelsOf(all.subarray(0, cut), Buffer.alloc(0), all.subarray(cut))).toEqual(whole);
    }
    expect(levelsOf(...[...all].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('counts a last frame that is not full by what it holds', () => {
    expect(levelsOf(HALF.subarray(0, 100))).toEqual([-6]);
  });

  it('counts whole samples', () => {
    const levels = new FrameLevels();
    levels.push(Buffer.alloc(7));

    expect(levels.samples).toBe(3);
  });

  it('holds more than an hour', () => {
    const levels = new FrameLevels();
    const minute = Buffer.alloc(60 * 16_000 * 2);
    for (let count = 0; count < 61; count++) levels.push(minute);

    expect(levels.finish()).toHaveLength(61 * 6000);
  });
});
