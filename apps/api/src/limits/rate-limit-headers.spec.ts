import { describe, expect, it } from 'vitest';
import { toGoDuration } from './rate-limit-headers.js';

describe('toGoDuration', () => {
  it('prints durations as Go does', () => {
    const rows: [number, string][] = [
      [0, '0s'],
      [-5, '0s'],
      [12, '12ms'],
      [1000, '1s'],
      [1500, '1.5s'],
      [59_999.2, '1m0s'],
      [360_000, '6m0s'],
      [61_250, '1m1.25s'],
    ];
    for (const [durationMs, text] of rows) expect(toGoDuration(durationMs)).toBe(text);
  });
});
