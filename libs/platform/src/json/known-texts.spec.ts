import { describe, expect, it } from 'vitest';
import { KnownTexts } from './known-texts.js';

describe('KnownTexts', () => {
  it('reads what the bytes say, whatever was read before', () => {
    const known = new KnownTexts();
    const letters = 'abcdefghijklmnopqrstuvwxyz_'.split('');
    // Many share a slot: their first and last letters and their lengths are the same.
    const texts = letters.flatMap((a) =>
      letters.flatMap((b) => [`m${a}${b}l`, `${a}${b}`, `${a}`, `model_${a}_${b}_name`]),
    );
    const odd = ['', 'é', 'Ã©', '𝄞', 'a'.repeat(32), 'a'.repeat(33), '\u0000', 'me', 'mé', 'dim\u00ADensions'];
    for (const text of [...texts, ...odd, ...texts, ...odd]) {
      const bytes = Buffer.from(`<<${text}>>`);
      expect(known.read(bytes, 2, bytes.length - 2)).toBe(text);
    }
  });

  it('gives the same string again for the same bytes', () => {
    const known = new KnownTexts();
    const bytes = Buffer.from('"custom_id":1,"custom_id":2');
    const spared = { toString: () => expect.unreachable('known bytes are not decoded') };
    expect(known.read(bytes, 1, 10)).toBe('custom_id');
    expect(known.read(Object.assign(Buffer.from(bytes), spared), 15, 24)).toBe('custom_id');
  });
});
