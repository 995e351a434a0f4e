import { describe, expect, it } from 'vitest';
import { MAX_PARTS, MIN_PART_BYTES, minCopyBytes, targetPartBytes } from './part-sizes.js';

const GIB = 1_024 ** 3;
const ALL_PARTS = Array.from({ length: MAX_PARTS }, (_, index) => index + 1);

describe('part sizes', () => {
  it('leave room for 302 GiB of unknown length', () => {
    const total = ALL_PARTS.reduce((sum, partNumber) => sum + targetPartBytes(partNumber), 0);
    expect(Math.floor(total / GIB)).toBe(302);
  });

  it('begin at the smallest that S3 takes and never shrink', () => {
    expect(targetPartBytes(1)).toBe(MIN_PART_BYTES);
    expect(ALL_PARTS.every((partNumber) => targetPartBytes(partNumber) <= targetPartBytes(partNumber + 1))).toBe(true);
  });

  it('have the server copy from 5 MiB on until parts get scarce', () => {
    expect(minCopyBytes(1)).toBe(MIN_PART_BYTES + 1);
    expect(minCopyBytes(2_001)).toBe(targetPartBytes(2_001));
  });
});
