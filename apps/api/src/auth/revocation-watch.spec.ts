import { describe, expect, it } from 'vitest';
import { createLogger, GatewayError } from '#platform';
import type { KeyRecord } from './key-record.js';
import { RevocationWatch } from './revocation-watch.js';

/** A watch over keys and a clock that a test sets. */
function createWatch() {
  const state = { nowMs: 1_000_000_000_000, keys: [] as KeyRecord[], away: false };
  const stopped: string[] = [];
  const watch = new RevocationWatch({
    keys: () => state.keys,
    jobs: {
      stopJobsOf: async (tenant, keyIds) => {
        await Promise.resolve();
        if (state.away) throw new GatewayError('storage_unavailable', 'The storage does not answer.');
        stopped.push(...[...keyIds].map((id) => `${tenant}/${id}`));
        return [];
      },
    },
    lookMs: 1000,
    logger: createLogger({ name: 'test', level: 'silent' }),
    now: () => state.nowMs,
  });
  const revoke = (id: string): void => {
    const facts = { hash: '', tenant: 'acme', name: undefined, createdAtMs: 0 };
    state.keys.push({ ...facts, id, revokedAtMs: state.nowMs });
  };
  return { state, stopped, watch, revoke };
}

describe('RevocationWatch', () => {
  it('stops the jobs of a key once it is revoked, and does not look at them at each reading', async () => {
    const { stopped, watch, revoke, state } = createWatch();
    await watch.look();
    revoke('a');
    await watch.look();
    state.nowMs += 10_000;
    await watch.look();
    expect(stopped).toEqual(['acme/a']);
  });

  it('looks again every minute, for jobs that a process without news has accepted', async () => {
    const { stopped, watch, revoke, state } = createWatch();
    revoke('a');
    await watch.look();
    state.nowMs += 60_000;
    await watch.look();
    expect(stopped).toEqual(['acme/a', 'acme/a']);
  });

  it('tries again at the next look while the store is away', async () => {
    const { stopped, watch, revoke, state } = createWatch();
    state.away = true;
    revoke('a');
    await watch.look();
    expect(stopped).toEqual([]);
    state.away = false;
    await watch.look();
    expect(stopped).toEqual(['acme/a']);
  });

  it('passes over keys that were revoked before the oldest job was created', async () => {
    const { stopped, watch, revoke, state } = createWatch();
    revoke('a');
    state.nowMs += 9 * 86_400_000;
    await watch.look();
    expect(stopped).toEqual([]);
  });
});
