import { describe, expect, it } from 'vitest';
import type { ErrorReason } from '#contracts';
import { GatewayError } from '#platform';
import { callFirstAble } from './call-first-able.js';

const { signal } = new AbortController();

function answering(outcomes: Readonly<Record<string, ErrorReason | 'ok'>>) {
  const asked: string[] = [];
  const call = async (name: string): Promise<string> => {
    asked.push(name);
    const outcome = outcomes[name] ?? 'ok';
    if (outcome === 'ok') return name;
    throw new GatewayError(outcome, `${name} failed`);
  };
  return { asked, call };
}

describe('callFirstAble', () => {
  it('asks nobody else while the first one answers', async () => {
    const { asked, call } = answering({});

    expect(await callFirstAble(['a', 'b'], signal, call)).toBe('a');
    expect(asked).toEqual(['a']);
  });

  it.each<ErrorReason>([
    'upstream_throttled',
    'upstream_error',
    'upstream_garbage',
    'upstream_timeout',
    'upstream_unavailable',
    'upstream_misconfigured',
  ])('asks the next one after %s', async (reason) => {
    const { asked, call } = answering({ a: reason, b: reason });

    expect(await callFirstAble(['a', 'b', 'c', 'd'], signal, call)).toBe('c');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it.each<ErrorReason>(['upstream_rejected', 'context_length_exceeded', 'body_too_large', 'client_closed_request'])(
    'does not pass on %s',
    async (reason) => {
      const { asked, call } = answering({ a: reason });

      await expect(callFirstAble(['a', 'b'], signal, call)).rejects.toMatchObject({ reason });
      expect(asked).toEqual(['a']);
    },
  );

  it('passes over a stand-in that takes less', async () => {
    const { call } = answering({ a: 'upstream_unavailable', b: 'body_too_large' });

    expect(await callFirstAble(['a', 'b', 'c'], signal, call)).toBe('c');
  });

  it('gives what the model that was asked for said when none can', async () => {
    const { call } = answering({ a: 'upstream_throttled', b: 'upstream_unavailable', c: 'upstream_rejected' });

    await expect(callFirstAble(['a', 'b', 'c'], signal, call)).rejects.toThrow('a failed');
  });

  it('asks nobody once the caller has left', async () => {
    const controller = new AbortController();
    const { asked, call } = answering({ a: 'upstream_unavailable' });
    controller.abort();

    await expect(callFirstAble(['a', 'b'], controller.signal, call)).rejects.toThrow('a failed');
    expect(asked).toEqual(['a']);
  });
});
