import { describe, expect, it } from 'vitest';
import { countTokens, splitTokens } from './split-tokens.js';

describe('the tokenizer of the built-in engines', () => {
  it.each([
    'Hello, world!',
    '  two  spaces\n\nand\ttabs ',
    'grüße 東京 🌊👩‍👩‍👧 e\u0301 مرحبا',
    '{"a":[1,2.5,"x"]}',
    'lone \ud800 surrogate',
    '',
  ])('loses nothing of %j', (text) => {
    expect(splitTokens(text).join('')).toBe(text);
    expect(countTokens(text)).toBe(splitTokens(text).length);
  });

  it('makes a token of about four bytes of English', () => {
    const text = 'A sluice is a gate that lets water through at the right moment, neither earlier nor later.';
    const bytesPerToken = Buffer.byteLength(text) / countTokens(text);
    expect(bytesPerToken).toBeGreaterThan(3);
    expect(bytesPerToken).toBeLessThan(5);
  });

  it('keeps a word and the space before it together', () => {
    expect(splitTokens('one two.')).toEqual(['one', ' two', '.']);
  });
});
