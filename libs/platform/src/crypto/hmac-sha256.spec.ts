import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HmacSha256 } from './hmac-sha256.js';

function reference(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

describe('HmacSha256', () => {
  it('gives what createHmac gives, for keys and texts of every length around a block', () => {
    for (let keyBytes = 1; keyBytes <= 130; keyBytes++) {
      const key = randomBytes(keyBytes);
      const hmac = new HmacSha256(key);
      for (const length of [0, 1, 55, 56, 63, 64, 65, 170, 171, 512, 513, 5000]) {
        const text = randomBytes(length).toString('latin1');
        expect(hmac.hex(text), `key of ${keyBytes}, text of ${length}`).toBe(reference(key, text));
        expect(hmac.digest(text).toString('hex')).toBe(reference(key, text));
      }
    }
  });

  it('reads text as UTF-8, as createHmac does', () => {
    const key = Buffer.from('pepper');
    for (const text of ['é', '\u{1F30A}'.repeat(100), '\ud800', 'a\0b']) {
      expect(new HmacSha256(key).hex(text)).toBe(reference(key, text));
    }
  });

  it('remembers nothing of the text before', () => {
    const key = Buffer.from('pepper');
    const hmac = new HmacSha256(key);
    hmac.hex('a long text that was authenticated before');
    expect(hmac.hex('short')).toBe(reference(key, 'short'));
  });
});
