import { describe, expect, it } from 'vitest';
import type { AsyncHistory, AsyncWave } from './async-chunk.types.js';
import { traceCalls } from './trace-calls.js';

const NOTHING: AsyncHistory = { waves: [], receipts: [], verdicts: [] };

function wave(number: number, atMs: number, attempt = 1): AsyncWave {
  return {
    version: 1,
    number,
    atMs,
    ttlSeconds: 100,
    timeoutSeconds: 10,
    tries: [{ call: 0, try: attempt }],
    canary: false,
  };
}

describe('traceCalls', () => {
  it('has nothing to say of calls that no wave holds', () => {
    expect(traceCalls(2, { ...NOTHING, waves: [wave(1, 1_000)] })[1]).toMatchObject({ tries: 0, readyAtMs: 0 });
  });

  it('takes a try that no receipt names for one that may be running, until nothing of it can', () => {
    const [trace] = traceCalls(1, { ...NOTHING, waves: [wave(1, 1_000)] });

    // A minute for the submission itself, the wait in the queue, the run, and a minute between clocks.
    expect(trace?.open).toMatchObject({ try: 1, failure: undefined, overAtMs: 1_000 + 60_000 + 110_000 + 60_000 });
  });

  it('knows where the failure of an accepted try would be', () => {
    const accepted = [{ call: 0, try: 1, failure: 's3://f/1' }];
    const receipts = [{ version: 1, wave: 1, atMs: 2_000, accepted, unsent: [] }] as const;

    expect(traceCalls(1, { ...NOTHING, waves: [wave(1, 1_000)], receipts })[0]?.open?.failure).toBe('s3://f/1');
  });

  it('lets an unsent try be made again after a pause that grows', () => {
    const unsent = (number: number, attempt: number) =>
      ({ version: 1, wave: number, atMs: 10_000, accepted: [], unsent: [{ call: 0, try: attempt }] }) as const;
    const once = { ...NOTHING, waves: [wave(1, 1_000)], receipts: [unsent(1, 1)] };
    const twice = { ...once, waves: [wave(2, 5_000, 2), ...once.waves], receipts: [unsent(1, 1), unsent(2, 2)] };

    expect(traceCalls(1, once)[0]).toMatchObject({ open: undefined, readyAtMs: 12_000, suspicions: 0 });
    expect(traceCalls(1, twice)[0]).toMatchObject({ tries: 2, wave: 2, readyAtMs: 14_000 });
  });

  it('counts suspicions, and no try that was not run', () => {
    const verdict = (kind: 'suspect' | 'not-run', attempt: number) =>
      ({ version: 1, atMs: 50_000, verdicts: [{ call: 0, try: attempt, kind, reason: 'x' }] }) as const;
    const waves = [wave(1, 1_000), wave(2, 2_000, 2), wave(3, 3_000, 3)];
    const verdicts = [verdict('suspect', 1), verdict('not-run', 2), verdict('suspect', 3)];

    expect(traceCalls(1, { ...NOTHING, waves, verdicts })[0]).toMatchObject({
      tries: 3,
      suspicions: 2,
      open: undefined,
    });
  });
});
