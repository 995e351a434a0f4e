import { describe, expect, it } from 'vitest';
import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';
import { CircuitBreaker } from './circuit-breaker.js';

const OPEN_MS = 1_000;

function open(failures = 3) {
  const clock = { nowMs: 5_000 };
  const breaker = new CircuitBreaker({ failures, openMs: OPEN_MS, now: () => clock.nowMs });
  const fail = (times: number, reason: ErrorReason = 'upstream_unavailable'): void => {
    for (let count = 0; count < times; count++) breaker.noticeFailure(new GatewayError(reason, 'no'));
  };
  return { clock, breaker, fail };
}

describe('CircuitBreaker', () => {
  it('lets calls through until so many have failed in a row', () => {
    const { breaker, fail } = open();
    fail(2);
    expect([breaker.admit(), breaker.isOpen]).toEqual([0, false]);
    fail(1);

    expect([breaker.admit(), breaker.isOpen]).toEqual([OPEN_MS, true]);
  });

  it('counts anew after an answer', () => {
    const { breaker, fail } = open();
    fail(2);
    breaker.noticeSuccess();
    fail(2);

    expect(breaker.isOpen).toBe(false);
  });

  it.each<ErrorReason>(['upstream_unavailable', 'upstream_timeout', 'upstream_misconfigured'])(
    'counts %s, which would meet any other call',
    (reason) => {
      const { breaker, fail } = open();
      fail(3, reason);

      expect(breaker.isOpen).toBe(true);
    },
  );

  it.each<ErrorReason>([
    'upstream_throttled',
    'upstream_error',
    'upstream_garbage',
    'client_closed_request',
    'shutting_down',
    'body_too_large',
    'internal_error',
  ])('does not count %s', (reason) => {
    const { breaker, fail } = open();
    fail(2);
    fail(10, reason);
    expect(breaker.isOpen).toBe(false);
    fail(1);

    expect(breaker.isOpen).toBe(true);
  });

  it.each<ErrorReason>(['upstream_rejected', 'context_length_exceeded'])(
    'takes %s, a refusal of the content, for a sign of life',
    (reason) => {
      const { breaker, fail } = open();
      fail(2);
      fail(1, reason);
      fail(2);

      expect(breaker.isOpen).toBe(false);
    },
  );

  it('lets one call try when its time has come, and no second one', () => {
    const { clock, breaker, fail } = open();
    fail(3);
    clock.nowMs += OPEN_MS;

    expect([breaker.admit(), breaker.admit(), breaker.isOpen]).toEqual([0, OPEN_MS, true]);
  });

  it('closes with the answer to the call that tried', () => {
    const { clock, breaker, fail } = open();
    fail(3);
    clock.nowMs += OPEN_MS;
    breaker.admit();
    breaker.noticeSuccess();

    expect([breaker.admit(), breaker.admit(), breaker.isOpen]).toEqual([0, 0, false]);
  });

  it('stays open when the call that tried has failed', () => {
    const { clock, breaker, fail } = open();
    fail(3);
    clock.nowMs += OPEN_MS;
    breaker.admit();
    clock.nowMs += 100;
    fail(1);

    expect(breaker.admit()).toBe(OPEN_MS);
  });

  it('is not held up by a call that tried and never came back', () => {
    const { clock, breaker, fail } = open();
    fail(3);
    clock.nowMs += OPEN_MS;
    breaker.admit();
    clock.nowMs += OPEN_MS;

    expect(breaker.admit()).toBe(0);
  });
});
