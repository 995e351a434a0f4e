import { describe, expect, it } from 'vitest';
import type { PackLimits } from '#inference';
import { PackPace } from './pack-pace.js';

const MEBIBYTE = 1_048_576;
const LIMITS: PackLimits = {
  inputs: 2048,
  tokens: 16_384,
  targetMs: 1000,
  payloadBytes: 6 * MEBIBYTE,
  replyEncoding: 'base64',
};
const quick = (dimensions: number) => ({ tokens: 2048, elapsedMs: 1, isFull: true, inputs: 100, dimensions });

describe('PackPace', () => {
  it('begins small, and takes embeddings for long until it has seen some', () => {
    const { inputs, tokens, bytes } = new PackPace().budget(LIMITS);
    expect(tokens).toBe(2048);
    expect(inputs * 8192 * 4 * (4 / 3)).toBeLessThan(6 * MEBIBYTE);
    expect(inputs).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(6 * MEBIBYTE);
  });

  it('lets as many inputs share a call as its reply has room for', () => {
    const pace = new PackPace();
    pace.answered(quick(1024), LIMITS);
    expect(pace.budget(LIMITS).inputs).toBeGreaterThan(900);
    expect(pace.budget(LIMITS).inputs * 1024 * 4 * (4 / 3)).toBeLessThan(6 * MEBIBYTE);
    const floats = pace.budget({ ...LIMITS, replyEncoding: 'float' }).inputs;
    expect(floats * 1024 * 20).toBeLessThan(6 * MEBIBYTE);
  });

  it('grows with quick answers up to the limits of the model', () => {
    const pace = new PackPace();
    for (let call = 0; call < 10; call++) pace.answered({ ...quick(64), tokens: 16_384 }, LIMITS);
    expect(pace.budget(LIMITS).tokens).toBe(16_384);
    expect(pace.budget({ ...LIMITS, tokens: 100, inputs: 7 })).toMatchObject({ tokens: 100, inputs: 7 });
  });

  it('shrinks after a call that ran out of time', () => {
    const pace = new PackPace();
    pace.measured({ tokens: 2048, elapsedMs: 70_000, isFull: true }, LIMITS);
    expect(pace.budget(LIMITS).tokens).toBe(1024);
  });

  it('keeps below a size that failed twice, for ten minutes', () => {
    const clock = { nowMs: 1_000_000 };
    const pace = new PackPace(() => clock.nowMs);
    pace.answered(quick(64), LIMITS);
    pace.wasTooLarge(32);
    expect(pace.budget(LIMITS).inputs).toBe(2048);
    pace.wasTooLarge(16);
    pace.wasTooLarge(32);
    expect(pace.budget(LIMITS).inputs).toBe(16);
    clock.nowMs += 600_001;
    expect(pace.budget(LIMITS).inputs).toBe(2048);
  });

  it('blames no size that passes in between', () => {
    const pace = new PackPace();
    pace.answered(quick(64), LIMITS);
    for (let chance = 0; chance < 5; chance++) {
      pace.wasTooLarge(50);
      pace.answered(quick(64), LIMITS);
    }
    expect(pace.budget(LIMITS).inputs).toBe(2048);
  });
});
