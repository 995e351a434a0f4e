import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/index.js';
import { nextPackTokens } from './next-pack-tokens.js';

const BOUNDS = { minTokens: 32, maxTokens: 16_384, targetMs: 1000 };
const full = (tokens: number, elapsedMs: number) => ({ tokens, elapsedMs, isFull: true });

describe('nextPackTokens', () => {
  it('doubles at most while calls are quick', () => {
    expect(nextPackTokens(2048, full(2048, 10), BOUNDS)).toBe(4096);
    expect(nextPackTokens(2048, full(2048, 800), BOUNDS)).toBe(2560);
  });

  it('halves at most while calls are slow', () => {
    expect(nextPackTokens(2048, full(2048, 1250), BOUNDS)).toBe(1638);
    expect(nextPackTokens(2048, full(2048, 60_000), BOUNDS)).toBe(1024);
  });

  it('keeps within its bounds', () => {
    expect(nextPackTokens(16_000, full(16_000, 1), BOUNDS)).toBe(16_384);
    expect(nextPackTokens(40, full(40, 60_000), BOUNDS)).toBe(32);
  });

  it('follows the tokens of a call that other bounds made small', () => {
    expect(nextPackTokens(16_384, full(300, 5000), BOUNDS)).toBe(150);
  });

  it('learns nothing from the last lines of a chunk, unless they are very slow', () => {
    expect(nextPackTokens(8192, { tokens: 100, elapsedMs: 5, isFull: false }, BOUNDS)).toBe(8192);
    expect(nextPackTokens(8192, { tokens: 100, elapsedMs: 1900, isFull: false }, BOUNDS)).toBe(8192);
    expect(nextPackTokens(8192, { tokens: 100, elapsedMs: 2100, isFull: false }, BOUNDS)).toBe(4096);
  });

  it('learns from a call that was not full but large', () => {
    expect(nextPackTokens(2048, { tokens: 1500, elapsedMs: 100, isFull: false }, BOUNDS)).toBe(4096);
  });

  it.each([
    [0.02, 16_384],
    [0.5, 2000],
    [4, 250],
    [100, 32],
  ])('settles for %f ms a token at calls that take the target time, within bounds', (msPerToken, settled) => {
    const random = seededRandom(7);
    let tokens = 2048;
    for (let call = 0; call < 40; call++) {
      tokens = nextPackTokens(tokens, full(tokens, 4 + tokens * msPerToken * (0.95 + random() / 10)), BOUNDS);
    }
    expect(tokens).toBeGreaterThanOrEqual(Math.min(settled * 0.85, settled));
    expect(tokens).toBeLessThanOrEqual(settled * 1.15);
  });
});
