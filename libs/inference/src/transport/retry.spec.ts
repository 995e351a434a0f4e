import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { withRetries } from './retry.js';
import { UpstreamFailure, type RetryAdvice } from './upstream-failure.js';

const open = new AbortController().signal;
/** No spread: the shortest delays. */
const random = (): number => 0;

function failing(retry: RetryAdvice, failures: number, askedPauseSeconds?: number) {
  const attempts: number[] = [];
  const run = async (): Promise<string> => {
    attempts.push(attempts.length);
    if (attempts.length > failures) return 'answer';
    throw new UpstreamFailure('upstream_unavailable', 'busy', {
      retry,
      ...(askedPauseSeconds === undefined ? {} : { askedPauseSeconds }),
    });
  };
  return { attempts, run };
}

describe('withRetries', () => {
  it('tries again as often as configured when the failure may pass', async () => {
    const { attempts, run } = failing('backoff', 2);

    await expect(withRetries(run, { maxRetries: 2, signal: open, random })).resolves.toBe('answer');
    expect(attempts).toHaveLength(3);
  });

  it('gives the last failure when it does not pass', async () => {
    const { attempts, run } = failing('backoff', 9);

    await expect(withRetries(run, { maxRetries: 2, signal: open, random })).rejects.toThrow('busy');
    expect(attempts).toHaveLength(3);
  });

  it.each([
    ['once', 2, 2],
    ['once', 0, 1],
    ['never', 2, 1],
    ['backoff', 0, 1],
    ['slow-backoff', 1, 2],
    ['slow-backoff', 0, 1],
  ] as const)('with the advice %s and %i retries makes %i attempts', async (advice, maxRetries, expected) => {
    const { attempts, run } = failing(advice, 9);

    await expect(withRetries(run, { maxRetries, signal: open, random })).rejects.toThrow('busy');
    expect(attempts).toHaveLength(expected);
  });

  it('leaves a long Retry-After to the caller', async () => {
    const { attempts, run } = failing('backoff', 1, 30);

    await expect(withRetries(run, { maxRetries: 2, signal: open, random })).rejects.toMatchObject({
      askedPauseSeconds: 30,
    });
    expect(attempts).toHaveLength(1);
  });

  it('does not try again what is no upstream failure', async () => {
    let attempts = 0;
    const run = async (): Promise<never> => {
      attempts++;
      throw new GatewayError('body_too_large', 'large');
    };

    await expect(withRetries(run, { maxRetries: 2, signal: open, random })).rejects.toThrow('large');
    expect(attempts).toBe(1);
  });

  it('ends its waiting with the abort', async () => {
    const controller = new AbortController();
    const { attempts, run } = failing('backoff', 9, 5);

    const result = withRetries(run, { maxRetries: 2, signal: controller.signal, random });
    const [settled] = await Promise.all([Promise.allSettled([result]), nextTurn().then(() => controller.abort())]);

    expect(settled).toMatchObject([{ status: 'rejected', reason: { reason: 'client_closed_request' } }]);
    expect(attempts).toHaveLength(1);
  });
});
