import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from './frame-levels.js';
import { findSpeech } from './find-speech.js';

/** Levels of stretches: [seconds, decibels]. */
function levels(...stretches: readonly (readonly [seconds: number, decibels: number])[]): Int8Array {
  return Int8Array.from(stretches.flatMap(([seconds, level]) => Array.from({ length: seconds * 100 }, () => level)));
}

function spansInSeconds(of: Int8Array): number[][] {
  const perSecond = FRAME_SAMPLES * 100;
  return findSpeech(of).map(({ start, end }) => [start / perSecond, end / perSecond]);
}

describe('findSpeech', () => {
  it('finds what stands out of silence', () => {
    expect(spansInSeconds(levels([1, -100], [2, -20], [3, -100], [1, -25], [1, -100]))).toEqual([
      [1, 3],
      [6, 7],
    ]);
  });

  it('finds speech that is only 10 dB above the noise', () => {
    expect(spansInSeconds(levels([5, -30], [4, -20], [5, -30]))).toEqual([[5, 9]]);
  });

  it('takes all of a recording without any pause for speech, whether loud or quiet', () => {
    expect(spansInSeconds(levels([300, -20]))).toEqual([[0, 300]]);
    expect(spansInSeconds(levels([300, -50]))).toEqual([[0, 300]]);
  });

  it('finds nothing in digital silence, nor in a room without a voice that is quieter than anyone speaks', () => {
    expect(findSpeech(levels([60, -100]))).toEqual([]);
    expect(findSpeech(levels([60, -75]))).toEqual([]);
    expect(findSpeech(new Int8Array())).toEqual([]);
  });

  it('hears a quiet speaker after a loud one', () => {
    const spans = spansInSeconds(levels([20, -15], [2, -70], [20, -42], [2, -70], [20, -15]));

    expect(spans).toEqual([
      [0, 20],
      [22, 42],
      [44, 64],
    ]);
  });

  it('keeps words together whose gap is no pause, and lets clicks go', () => {
    expect(spansInSeconds(levels([1, -90], [1, -20], [0.1, -90], [1, -20], [2, -90], [0.02, -10], [2, -90]))).toEqual([
      [1, 3.1],
    ]);
  });

  it('does not take a long sentence for noise', () => {
    const spans = spansInSeconds(levels([2, -60], [50, -20], [2, -60], [50, -20], [2, -60]));

    expect(spans).toEqual([
      [2, 52],
      [54, 104],
    ]);
  });
});
