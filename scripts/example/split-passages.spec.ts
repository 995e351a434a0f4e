import { describe, expect, it } from 'vitest';
import { splitPassages } from '#scripts/example/split-passages';

const texts = (text: string): string[] => splitPassages('a.md', text).map((passage) => passage.text);

describe('splitPassages', () => {
  it('gathers paragraphs below their heading and never across one', () => {
    expect(texts('# One\n\nFirst.\n\nSecond.\n## Two\nThird.\n')).toEqual(['One\nFirst.\nSecond.', 'Two\nThird.']);
  });

  it('keeps every word of a paragraph that is too long', () => {
    const words = Array.from({ length: 1000 }, (_, index) => `word${index}`).join(' ');
    const passages = texts(words);
    expect(passages.length).toBeGreaterThan(5);
    expect(passages.every(({ length }) => length <= 1200)).toBe(true);
    expect(passages.join(' ')).toBe(words);
  });

  it('cuts text without any blank', () => {
    const passages = texts('x'.repeat(5000));
    expect(passages.join('')).toBe('x'.repeat(5000));
    expect(passages.every(({ length }) => length <= 1200)).toBe(true);
  });

  it('finds nothing in nothing', () => {
    expect(splitPassages('a.md', ' \r\n\r\n')).toEqual([]);
  });
});
