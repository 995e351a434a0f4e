import { describe, expect, it } from 'vitest';
import type { DeferredWay } from '#inference';
import { chooseVia } from './choose-via.js';

const HOUR_MS = 3_600_000;
const options = { inputPrefix: 'async', timeoutSeconds: 900, ttlSeconds: 21_600, outstanding: 128 };
const choice = { minLines: 1_000, startSeconds: 900, callSeconds: 1, concurrency: 32 };
const both: DeferredWay = { endpoint: 'gpu-async', options, choice };

describe('chooseVia', () => {
  it('says nothing where a model has one way only, its own target', () => {
    expect(chooseVia({ way: undefined, concurrency: 8, lines: 1_000_000, leftMs: HOUR_MS })).toBeUndefined();
  });

  it('takes the asynchronous endpoint where there is no other', () => {
    expect(chooseVia({ way: { endpoint: 'gpu-async', options }, concurrency: 8, lines: 1, leftMs: 0 })).toBe('async');
  });

  it.each([
    { name: 'few lines stay on the realtime target', lines: 999, leftMs: 24 * HOUR_MS, via: 'realtime' },
    { name: 'many lines with time take the asynchronous one', lines: 1_000, leftMs: 24 * HOUR_MS, via: 'async' },
    // 900 s to wake and 3,125 s of work fill more than half of two hours, and the direct way takes 12,500 s.
    { name: 'the faster is taken where neither has time to spare', lines: 100_000, leftMs: 2 * HOUR_MS, via: 'async' },
    { name: 'what is soon due does not wait for a wake', lines: 1_000, leftMs: HOUR_MS / 4, via: 'realtime' },
    {
      name: 'a wide target beats one that may sleep',
      lines: 100_000,
      leftMs: HOUR_MS,
      concurrency: 32,
      via: 'realtime',
    },
  ])('$name', ({ lines, leftMs, concurrency = 8, via }) => {
    expect(chooseVia({ way: both, concurrency, lines, leftMs })).toBe(via);
  });
});
