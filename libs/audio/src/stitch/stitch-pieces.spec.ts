import { describe, expect, it } from 'vitest';
import { toSamples } from '../pcm/pcm-format.js';
import { stitchPieces } from './stitch-pieces.js';
import type { PieceTranscript, TimedWord } from './transcript.types.js';

interface HeardAs extends PieceTranscript {
  readonly from: number;
  readonly to: number;
  readonly overlap?: number;
}

function stitch(...heard: readonly HeardAs[]) {
  const seconds = Math.max(...heard.map(({ to }) => to));
  return stitchPieces({
    pieces: heard.map(({ from, to, overlap = 0 }) => ({
      start: toSamples(from),
      end: toSamples(to),
      overlap: toSamples(overlap),
    })),
    transcripts: heard,
    speech: [{ start: 0, end: toSamples(seconds) }],
    samples: toSamples(seconds),
  });
}

/** Words of one second each, from `at` on. */
function spoken(text: string, at = 0): TimedWord[] {
  return text.split(' ').map((word, index) => ({ word, start: at + index, end: at + index + 0.8 }));
}

function piece(from: number, to: number, text: string, options: { at?: number; overlap?: number } = {}): HeardAs {
  const words = spoken(text, options.at);
  const segments = [{ start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0, text: ` ${text}` }];
  return { from, to, text, words, segments, ...(options.overlap === undefined ? {} : { overlap: options.overlap }) };
}

describe('stitchPieces', () => {
  it('puts words and segments into the time of the recording', () => {
    const { text, words, segments } = stitch(piece(2, 6, 'one two', { at: 0.5 }), piece(10, 14, 'three', { at: 1 }));

    expect(text).toBe('one two three');
    expect(words).toEqual([
      { word: 'one', start: 2.5, end: 3.3 },
      { word: 'two', start: 3.5, end: 4.3 },
      { word: 'three', start: 11, end: 11.8 },
    ]);
    expect(segments).toEqual([
      { start: 2.5, end: 4.3, text: ' one two' },
      { start: 11, end: 11.8, text: ' three' },
    ]);
  });

  it('has each word of an overlap once', () => {
    const { text, words, segments } = stitch(piece(0, 6, 'a b c d e f'), piece(3, 9, 'd e f g h i', { overlap: 3 }));

    expect(text).toBe('a b c d e f g h i');
    expect(words?.map(({ word }) => word).join('')).toBe('abcdefghi');
    expect(segments.map((segment) => segment.text)).toEqual([' a b c d e', ' f g h i']);
  });

  it('keeps a word that the cut spoilt in one piece and not in the other', () => {
    // The left piece ends in half a word, the right one begins in one.
    const left = piece(0, 6, 'a b c d e fff');
    const right = piece(3, 9, 'ddd e f g h i', { overlap: 3 });

    expect(stitch(left, right).text).toBe('a b c d e f g h i');
  });

  it('keeps a word that is said twice in a row twice', () => {
    expect(stitch(piece(0, 6, 'a b c no no no'), piece(3, 9, 'no no no no x y', { overlap: 3 })).text).toBe(
      'a b c no no no no x y',
    );
  });

  it('splits in the middle where both heard something else', () => {
    expect(stitch(piece(0, 6, 'a b c p q r'), piece(3, 9, 's t u g h i', { overlap: 3 })).text).toBe(
      'a b c p q u g h i',
    );
  });

  it('takes the same word far away for another one', () => {
    const left = piece(0, 6, 'a b c x q r');
    const right = piece(3, 9, 's t x g h i', { overlap: 3 });

    expect(stitch(left, right).text).toBe('a b c x q x g h i');
  });

  it('ignores case and punctuation when it compares, and keeps them as they were written', () => {
    const { text } = stitch(
      piece(0, 6, 'And then he said, Stop. Now'),
      piece(3, 9, 'Said stop now and went home.', { overlap: 3 }),
    );

    expect(text).toBe('And then he said, Stop. now and went home.');
  });

  it('finds the seam of pieces without word times by their text alone', () => {
    const left: HeardAs = { from: 0, to: 6, text: 'a b c d e f' };
    const right: HeardAs = { from: 3, to: 9, overlap: 3, text: 'd e f g h i' };
    const { text, words } = stitch(left, right);

    expect(text).toBe('a b c d e f g h i');
    expect(words).toBeUndefined();
  });

  it('stitches through three pieces whose seams meet', () => {
    const { text } = stitch(
      piece(0, 6, 'a b c d e f'),
      piece(3, 9, 'd e f g h i', { overlap: 3 }),
      piece(6, 12, 'g h i j k l', { overlap: 3 }),
    );

    expect(text).toBe('a b c d e f g h i j k l');
  });

  it('writes no blanks into scripts that have none', () => {
    const { text } = stitch({ from: 0, to: 2, text: '水は' }, { from: 3, to: 5, text: '流れる' });

    expect(text).toBe('水は流れる');
  });

  it('never lets times run backwards or out of their piece', () => {
    const early = piece(10, 12, 'x y', { at: -5 });
    const late = { ...piece(12, 14, 'z'), words: [{ word: 'z', start: 1, end: 99 }] };
    const { words } = stitch(early, late);

    expect(words?.map(({ start }) => start)).toEqual([10, 10, 13]);
    expect(words?.at(-1)?.end).toBe(14);
  });

  it('gives a silent recording an empty transcript', () => {
    expect(stitchPieces({ pieces: [], transcripts: [], speech: [], samples: 16_000 })).toEqual({
      text: '',
      durationSeconds: 1,
      segments: [],
      words: [],
    });
  });

  it('takes the language of the first piece that names one', () => {
    expect(stitch({ from: 0, to: 1, text: 'a' }, { from: 1, to: 2, text: 'b', language: 'de' }).language).toBe('de');
  });
});
