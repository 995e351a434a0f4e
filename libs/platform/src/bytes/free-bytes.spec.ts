import { describe, expect, it } from 'vitest';
import { freeBytes } from './free-bytes.js';

describe('freeBytes', () => {
  it('gives back memory that is theirs alone', () => {
    const bytes = Buffer.alloc(100_000, 1);
    freeBytes(bytes);

    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0]);
  });

  it('leaves memory alone that others share', () => {
    const whole = Buffer.alloc(100_000, 1);
    freeBytes(whole.subarray(0, 50_000));
    const small = Buffer.from('pooled');
    freeBytes(small);

    expect(whole.at(-1)).toBe(1);
    expect(small.toString()).toBe('pooled');
  });
});
