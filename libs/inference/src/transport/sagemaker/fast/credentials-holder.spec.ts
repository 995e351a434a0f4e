import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '#platform';
import { CredentialsHolder, type ExpiringCredentials } from './credentials-holder.js';

const MINUTE_MS = 60_000;
const logger = createLogger({ name: 'test', level: 'silent' });

/** Credentials that live an hour, numbered; `fail` lets the next fetches fail. */
function stage(lifeMs = 60 * MINUTE_MS) {
  const state = { fetches: 0, forced: 0, fail: false };
  const source = async (how?: { readonly forceRefresh?: boolean }): Promise<ExpiringCredentials> => {
    state.fetches++;
    if (how?.forceRefresh === true) state.forced++;
    if (state.fail) throw new Error('no metadata service');
    const identity = { accessKeyId: `AKIA${state.fetches}`, secretAccessKey: 's' };
    return lifeMs === Infinity ? identity : { ...identity, expiration: new Date(Date.now() + lifeMs) };
  };
  return { state, holder: new CredentialsHolder(source, logger) };
}

describe('CredentialsHolder', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has none before the first load', async () => {
    const { holder } = stage();
    expect(holder.current).toBeUndefined();

    await holder.load();

    expect(holder.current?.accessKeyId).toBe('AKIA1');
  });

  it('renews them before they expire, while the old ones still serve', async () => {
    const { holder, state } = stage();
    await holder.load();

    await vi.advanceTimersByTimeAsync(54 * MINUTE_MS);
    expect(state.fetches).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);

    expect(holder.current?.accessKeyId).toBe('AKIA2');
  });

  it('keeps the old ones while renewing fails, and tries again', async () => {
    const { holder, state } = stage();
    await holder.load();
    state.fail = true;
    await vi.advanceTimersByTimeAsync(56 * MINUTE_MS);
    expect(holder.current?.accessKeyId).toBe('AKIA1');
    expect(state.fetches).toBeGreaterThan(2);

    state.fail = false;
    await vi.advanceTimersByTimeAsync(MINUTE_MS);

    expect(holder.current?.accessKeyId).not.toBe('AKIA1');
  });

  it('never hands out what has expired', async () => {
    const { holder, state } = stage();
    await holder.load();
    state.fail = true;

    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);

    expect(holder.current).toBeUndefined();
    await expect(holder.load()).rejects.toMatchObject({ reason: 'upstream_misconfigured' });
  });

  it('never renews what does not expire', async () => {
    const { holder, state } = stage(Infinity);
    await holder.load();
    await vi.advanceTimersByTimeAsync(48 * 60 * MINUTE_MS);

    expect(holder.current?.accessKeyId).toBe('AKIA1');
    expect(state.fetches).toBe(1);
  });

  it('fetches once for many calls at once', async () => {
    const { holder, state } = stage();

    await Promise.all(Array.from({ length: 10 }, () => holder.load()));

    expect(state.fetches).toBe(1);
  });

  it('fetches once in ten seconds what AWS refuses', async () => {
    const { holder, state } = stage();
    await holder.load();
    for (let count = 0; count < 5; count++) holder.renew();
    await vi.advanceTimersByTimeAsync(10_000);
    holder.renew();
    await vi.advanceTimersByTimeAsync(0);

    expect(state.forced).toBe(2);
  });

  it('leaves no timer behind', async () => {
    const { holder } = stage();
    await holder.load();

    holder.close();

    expect(vi.getTimerCount()).toBe(0);
  });
});
