import { describe, expect, it } from 'vitest';
import { textColumns } from './cue-lines.js';
import { cutCues } from './cut-cues.js';
import type { Transcript } from './transcript.types.js';

const SENTENCES =
  'Welcome to the show. Today we talk about rivers, bridges and the people who built them, and why some of them still stand after two thousand years. Others fell within a day.';

/** A segment of words that take `wordSeconds` each, with the times of words as engines give them, or without. */
function say(text: string, wordSeconds: number, { withTimes = true, pauseBehind = -1 } = {}): Transcript {
  let now = 0;
  const words = text.split(' ').map((token, index) => {
    const word = { word: token.replaceAll(/[.,]/g, ''), start: now, end: now + wordSeconds };
    now = word.end + (index === pauseBehind ? 5 : 0);
    return word;
  });
  const segments = [{ start: 0, end: now, text: ` ${text}` }];
  return { text, segments, durationSeconds: now, ...(withTimes ? { words } : {}) };
}

describe('Cues of a transcript', () => {
  it.each([true, false])('have two lines of 42 columns at most and lose no word (times of words: %s)', (withTimes) => {
    const cues = cutCues(say(SENTENCES, 0.3, { withTimes }));

    expect(cues.flatMap(({ lines }) => lines).join(' ')).toBe(SENTENCES);
    for (const { lines } of cues) {
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
    }
  });

  it('follow each other without overlapping', () => {
    for (const withTimes of [true, false]) {
      const cues = cutCues(say(SENTENCES, 0.3, { withTimes }));

      for (const [index, { start, end }] of cues.entries()) {
        expect(end).toBeGreaterThan(start);
        expect(start).toBeGreaterThanOrEqual(cues[index - 1]?.end ?? 0);
      }
    }
  });

  it('begin and end with their first and last word', () => {
    const [first, second] = cutCues(say('one two three four five six seven eight', 1.5));

    expect(first).toEqual({ start: 0, end: 6, lines: ['one two three four'] });
    expect(second).toMatchObject({ start: 6, end: 12 });
  });

  it('last for seven seconds at most where the times of words are known', () => {
    for (const { start, end } of cutCues(say(SENTENCES, 0.9))) expect(end - start).toBeLessThanOrEqual(7);
  });

  it('end with a sentence or a clause where one ends late enough', () => {
    const cues = cutCues(say(SENTENCES, 0.3)).map(({ lines }) => lines.join(' '));

    expect(cues[0]).toMatch(/rivers,$/);
    expect(cues.at(-1)).toMatch(/\.$/);
  });

  it('do not stand through a long pause', () => {
    const cues = cutCues(say('before the pause and after it', 0.3, { pauseBehind: 2 }));

    expect(cues.map(({ lines }) => lines)).toEqual([['before the pause'], ['and after it']]);
    expect(cues[1]?.start).toBeCloseTo(5.9);
  });

  it('break scripts without blanks between words', () => {
    const text = '我们今天要谈谈河流和桥梁以及建造它们的人们。为什么有些桥梁在两千年之后仍然屹立不倒呢？'.repeat(2);
    const cues = cutCues({ text, segments: [{ start: 0, end: 20, text }] });

    expect(cues.flatMap(({ lines }) => lines).join('')).toBe(text);
    for (const line of cues.flatMap(({ lines }) => lines)) expect(textColumns(line)).toBeLessThanOrEqual(42);
  });

  it('break a word that is longer than a line', () => {
    const cues = cutCues({ text: 'a'.repeat(200), segments: [{ start: 0, end: 10, text: 'a'.repeat(200) }] });

    expect(cues.flatMap(({ lines }) => lines).map(({ length }) => length)).toEqual([42, 42, 42, 42, 32]);
  });

  it('do not take the times of other words', () => {
    const cues = cutCues({
      text: 'nothing like it',
      segments: [{ start: 3, end: 4, text: 'nothing like it' }],
      words: [{ word: 'else', start: 3, end: 3.2 }],
    });

    expect(cues).toEqual([{ start: 3, end: 4, lines: ['nothing like it'] }]);
  });
});
