import { describe, expect, it } from 'vitest';
import { pickCalls } from './pick-calls.js';
import type { CallTrace } from './trace-calls.js';

function trace(call: number, more: Partial<CallTrace> = {}): CallTrace {
  return { call, tries: 0, wave: 0, open: undefined, readyAtMs: 0, suspicions: 0, lastSuspicion: undefined, ...more };
}

describe('pickCalls', () => {
  it('takes what is ready, those that never failed first', () => {
    const traces = [trace(0, { suspicions: 1, tries: 1 }), trace(1), trace(2, { readyAtMs: 2_000 }), trace(3)];

    expect(pickCalls(traces, 1_000)).toEqual({
      tries: [
        { call: 1, try: 1 },
        { call: 3, try: 1 },
        { call: 0, try: 2 },
      ],
      areSuspects: false,
    });
  });

  it('knows when there are suspects alone', () => {
    expect(pickCalls([trace(0, { suspicions: 2, tries: 2 })], 1_000).areSuspects).toBe(true);
    expect(pickCalls([], 1_000).areSuspects).toBe(false);
  });
});
