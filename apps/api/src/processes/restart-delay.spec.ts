import { describe, expect, it } from 'vitest';
import { nextRestart } from './restart-delay.js';

describe('nextRestart', () => {
  it('starts a process that had lived for long again at once', () => {
    expect(nextRestart(5, 3_600_000)).toEqual({ failures: 0, delayMs: 0 });
  });

  it('waits longer after each death that follows a short life, up to ten seconds', () => {
    const delays: number[] = [];
    let failures = 0;
    for (let death = 0; death < 8; death++) {
      const next = nextRestart(failures, 100);
      delays.push(next.delayMs);
      failures = next.failures;
    }
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});
