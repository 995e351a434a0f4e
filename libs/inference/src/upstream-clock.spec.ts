import { describe, expect, it } from 'vitest';
import { UpstreamClock } from './upstream-clock.js';

async function spin(milliseconds: number): Promise<void> {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs) await new Promise((resolve) => setImmediate(resolve));
}

describe('UpstreamClock', () => {
  it('adds up waits that follow each other, failed ones too, and nothing in between', async () => {
    const clock = new UpstreamClock();
    await clock.time(() => spin(10));
    const afterFirst = clock.elapsedMs;
    await spin(10);
    expect(clock.elapsedMs).toBe(afterFirst);
    await expect(
      clock.time(async () => {
        await spin(10);
        throw new Error('refused');
      }),
    ).rejects.toThrow('refused');
    expect(clock.elapsedMs).toBeGreaterThanOrEqual(20);
    expect(afterFirst).toBeGreaterThanOrEqual(10);
  });

  it('counts waits at the same time once', async () => {
    const clock = new UpstreamClock();
    const startedAtMs = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => clock.time(() => spin(20))));
    expect(clock.elapsedMs).toBeGreaterThanOrEqual(20);
    expect(clock.elapsedMs).toBeLessThanOrEqual(performance.now() - startedAtMs);
  });

  it('runs on while something is waited for', async () => {
    const clock = new UpstreamClock();
    let finish: (() => void) | undefined;
    const waiting = clock.time(() => new Promise<void>((resolve) => (finish = resolve)));
    const early = clock.elapsedMs;
    await spin(5);
    expect(clock.elapsedMs).toBeGreaterThan(early);
    finish?.();
    await waiting;
  });
});
