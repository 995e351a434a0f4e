import { describe, expect, it } from 'vitest';
import { toSamples } from '../pcm/pcm-format.js';
import { findDoubts } from './find-doubts.js';
import type { TimedSegment } from './transcript.types.js';

const SPEECH = [{ start: 0, end: toSamples(10) }];

function doubtsOf(text: string, more: Partial<TimedSegment> = {}) {
  return findDoubts({ start: 0, end: 10, text, ...more }, SPEECH);
}

describe('findDoubts', () => {
  it('has none about ordinary speech', () => {
    expect(
      doubtsOf(' The gate was opened early in the morning, when the river was still quiet and the market closed.'),
    ).toEqual([]);
    expect(doubtsOf(' No, no, no!')).toEqual([]);
    expect(doubtsOf('')).toEqual([]);
  });

  it('marks a decoder that loops', () => {
    expect(doubtsOf(' Thank you. Thank you. Thank you. Thank you.')).toEqual(['repetition']);
    expect(doubtsOf(` ${'you '.repeat(9)}`)).toEqual(['repetition']);
  });

  it('marks text that compresses like a loop, or that the engine says does', () => {
    expect(doubtsOf(` ${'abcdefgh'.repeat(20)}`)).toEqual(['compression']);
    expect(
      doubtsOf(' Words of all kinds that stand for a text which is no loop at all.', { compressionRatio: 2.5 }),
    ).toEqual(['compression']);
  });

  it('marks what the engine itself hardly believes', () => {
    const unsure = { noSpeechProbability: 0.9, averageLogprob: -1.2 };

    expect(doubtsOf(' Thanks for watching!', unsure)).toEqual(['no-speech']);
    expect(doubtsOf(' Thanks for watching!', { ...unsure, averageLogprob: -0.2 })).toEqual([]);
  });

  it('marks what was heard where nothing sounds', () => {
    expect(doubtsOf(' Thanks for watching!', { start: 20, end: 30 })).toEqual(['no-speech']);
    expect(doubtsOf(' Good night', { start: 9, end: 11 })).toEqual([]);
  });
});
