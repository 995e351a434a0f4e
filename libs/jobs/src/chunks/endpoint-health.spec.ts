import { afterEach, describe, expect, it, vi } from 'vitest';
import { EndpointHealth } from './endpoint-health.js';

function createHealth() {
  const clock = { nowMs: 1_000_000 };
  return { clock, health: new EndpointHealth(() => clock.nowMs) };
}

describe('EndpointHealth', () => {
  it('does not pause an endpoint that it knows nothing of', () => {
    const { health } = createHealth();
    expect([health.pauseMs(), health.failingForMs(), health.answers]).toEqual([0, 0, 0]);
  });

  it('pauses longer with every failure, up to ten seconds and a quarter', () => {
    const { clock, health } = createHealth();
    const pauses: number[] = [];
    for (let failure = 0; failure < 12; failure++) {
      health.failed(undefined);
      pauses.push(health.pauseMs());
      clock.nowMs += health.pauseMs();
    }
    for (const [index, pauseMs] of pauses.entries()) {
      const middleMs = Math.min(250 * 2 ** index, 10_000);
      expect(pauseMs).toBeGreaterThanOrEqual(middleMs * 0.75);
      expect(pauseMs).toBeLessThanOrEqual(middleMs * 1.25);
    }
  });

  it('counts the failures of calls that were in flight together as one', () => {
    const { health } = createHealth();
    for (let call = 0; call < 50; call++) health.failed(undefined);
    expect(health.pauseMs()).toBeLessThanOrEqual(250 * 1.25);
  });

  it('honours what the endpoint said about coming back, within reason', () => {
    const { clock, health } = createHealth();
    health.failed(5000);
    expect(health.pauseMs()).toBe(5000);
    clock.nowMs += 5000;
    health.failed(600_000);
    expect(health.pauseMs()).toBe(10_000);
  });

  it('measures how long it has been failing from the first failure behind the last answer', () => {
    const { clock, health } = createHealth();
    health.failed(undefined);
    clock.nowMs += 20_000;
    health.failed(undefined);
    expect(health.failingForMs()).toBe(20_000);
    health.succeeded();
    expect([health.failingForMs(), health.pauseMs(), health.answers]).toEqual([0, 0, 1]);
    clock.nowMs += 5000;
    health.failed(undefined);
    clock.nowMs += 100;
    expect(health.failingForMs()).toBe(100);
  });

  describe('for those who wait', () => {
    afterEach(() => {
      vi.useRealTimers();
    });

    function createAwaited() {
      vi.useFakeTimers();
      let returns = 0;
      const health: EndpointHealth = new EndpointHealth(Date.now, () => void returns++);
      return { health, returns: () => returns };
    }

    it('says when it may be tried again after a pause, and not before', () => {
      const { health, returns } = createAwaited();
      health.failed(1000);
      vi.advanceTimersByTime(999);
      expect(returns()).toBe(0);
      vi.advanceTimersByTime(2);
      expect([returns(), health.pauseMs(), health.isFailing]).toEqual([1, 0, true]);
    });

    it('says when it answers again, and then nothing of a pause that is void', () => {
      const { health, returns } = createAwaited();
      health.succeeded();
      expect(returns()).toBe(0);
      health.failed(1000);
      health.succeeded();
      expect([returns(), health.isFailing]).toEqual([1, false]);
      vi.advanceTimersByTime(5000);
      expect(returns()).toBe(1);
    });

    it('waits on where the clock of the pause is behind', () => {
      vi.useFakeTimers();
      const clock = { nowMs: 0 };
      let returns = 0;
      const health: EndpointHealth = new EndpointHealth(
        () => clock.nowMs,
        () => void returns++,
      );
      health.failed(1000);
      vi.advanceTimersByTime(1500);
      expect(returns).toBe(0);
      clock.nowMs = 1000;
      vi.advanceTimersByTime(1000);
      expect(returns).toBe(1);
    });
  });
});
