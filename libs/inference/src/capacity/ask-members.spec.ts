import { describe, expect, it } from 'vitest';
import type { ErrorReason } from '#contracts';
import { UpstreamFailure, type RetryAdvice } from '../transport/upstream-failure.js';
import { askMembers } from './ask-members.js';

const { signal } = new AbortController();

type Outcome = 'ok' | readonly [ErrorReason, RetryAdvice];

function answering(outcomes: Readonly<Record<string, Outcome>>) {
  const asked: string[] = [];
  const call = async (name: string): Promise<string> => {
    asked.push(name);
    const outcome = outcomes[name] ?? 'ok';
    if (outcome === 'ok') return await Promise.resolve(name);
    throw new UpstreamFailure(outcome[0], `${name} failed`, { retry: outcome[1] });
  };
  return { asked, call };
}

describe('askMembers', () => {
  it('asks the next endpoint where one says nothing of the request, and none after an answer', async () => {
    const { asked, call } = answering({ a: ['upstream_throttled', 'backoff'], b: ['upstream_unavailable', 'never'] });

    expect(await askMembers(['a', 'b', 'c', 'd'], signal, call)).toBe('c');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('says what an endpoint refuses the request with, although another one failed before', async () => {
    const { asked, call } = answering({ a: ['upstream_unavailable', 'backoff'], b: ['upstream_rejected', 'never'] });

    await expect(askMembers(['a', 'b', 'c'], signal, call)).rejects.toThrow('b failed');
    expect(asked).toEqual(['a', 'b']);
  });

  it('says the failure after which asking again may help, when none can answer', async () => {
    const broken = ['upstream_unavailable', 'never'] as const;

    const { call } = answering({ a: broken, b: ['upstream_throttled', 'backoff'], c: broken });
    await expect(askMembers(['a', 'b', 'c'], signal, call)).rejects.toThrow('b failed');
    await expect(askMembers(['a', 'c'], signal, call)).rejects.toThrow('a failed');
  });

  it('asks nobody once the caller has left', async () => {
    const controller = new AbortController();
    const { asked, call } = answering({ a: ['upstream_unavailable', 'backoff'] });
    controller.abort();

    await expect(askMembers(['a', 'b'], controller.signal, call)).rejects.toThrow('a failed');
    expect(asked).toEqual(['a']);
  });
});
