import { describe, expect, it } from 'vitest';
import { KeyHasher } from './key-hasher.js';
import type { KeyRecord } from './key-record.js';
import { KeyRing } from './key-ring.js';

const hasher = new KeyHasher('a pepper of some length');
const HOUR_MS = 3_600_000;

function record(key: string, more: Partial<KeyRecord> = {}): KeyRecord {
  const hash = hasher.hash(key).toString('hex');
  return { id: `id-${key}`, hash, tenant: 'acme', name: undefined, createdAtMs: 0, revokedAtMs: undefined, ...more };
}

describe('KeyRing', () => {
  it('knows the key of the environment and the keys of the file', () => {
    const ring = new KeyRing({ hasher, apiKey: 'sk-own', staleAfterMs: HOUR_MS });
    ring.replace([record('sk-a'), record('sk-b', { tenant: 'other' })]);
    expect(ring.find('sk-own')).toEqual({ tenant: 'default', keyId: 'environment' });
    expect(ring.find('sk-a')).toEqual({ tenant: 'acme', keyId: 'id-sk-a' });
    expect(ring.find('sk-b')).toEqual({ tenant: 'other', keyId: 'id-sk-b' });
  });

  it('lists the keys of all sources, with the earlier end and the successor that either names', () => {
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS });
    ring.replace([record('sk-a', { revokedAtMs: 300, replacedBy: 'id-sk-b' }), record('sk-b')], 'file');
    ring.replace([record('sk-a', { revokedAtMs: 200 }), record('sk-c', { revokedAtMs: 100 })], 'store');
    expect(ring.records()).toMatchObject([
      { id: 'id-sk-a', revokedAtMs: 200, replacedBy: 'id-sk-b' },
      { id: 'id-sk-b', revokedAtMs: undefined },
      { id: 'id-sk-c', revokedAtMs: 100 },
    ]);
  });

  it('refuses unknown keys, keys of an impossible shape, and a stored hash used as a key', () => {
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS });
    ring.replace([record('sk-a')]);
    for (const key of ['sk-A', 'sk-a ', '', ' ', 'sk-ä', 'x'.repeat(513), record('sk-a').hash])
      expect(ring.find(key)).toBeUndefined();
  });

  it('refuses keys that were hashed under another pepper', () => {
    const ring = new KeyRing({
      hasher: new KeyHasher('another pepper altogether'),
      apiKey: undefined,
      staleAfterMs: HOUR_MS,
    });
    ring.replace([record('sk-a')]);
    expect(ring.find('sk-a')).toBeUndefined();
  });

  it('refuses a key from the moment of its revocation', () => {
    let now = 1000;
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS, now: () => now });
    ring.replace([record('sk-a', { revokedAtMs: 2000 })]);
    expect(ring.find('sk-a')).toBeDefined();
    now = 2000;
    expect(ring.find('sk-a')).toBeUndefined();
  });

  it('refuses a key from the moment it expires', () => {
    let now = 1000;
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS, now: () => now });
    ring.replace([record('sk-a', { expiresAtMs: 2000 })]);
    expect(ring.find('sk-a')).toBeDefined();
    now = 2000;
    expect(ring.find('sk-a')).toBeUndefined();
  });

  it('refuses a key that one of its sources calls revoked, in whichever order they are read', () => {
    for (const order of [
      ['file', 'store'],
      ['store', 'file'],
    ] as const) {
      const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS, now: () => 5000 });
      ring.replace([record('sk-a')], order[0]);
      expect(ring.find('sk-a')).toBeDefined();
      ring.replace([record('sk-a', { revokedAtMs: 4000 })], order[1]);
      expect(ring.find('sk-a')).toBeUndefined();
    }
  });

  it('counts the age of keys from when they were read, not from when it got them', () => {
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS, now: () => 2 * HOUR_MS });
    ring.replace([record('sk-a')], 'store', HOUR_MS - 1);
    expect(ring.find('sk-a')).toBeUndefined();
    expect(ring.check().ok).toBe(false);
    ring.replace([record('sk-a')], 'store', HOUR_MS + 1);
    expect(ring.find('sk-a')).toBeDefined();
  });

  it('forgets keys that are no longer in the file', () => {
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS });
    ring.replace([record('sk-a')]);
    ring.replace([record('sk-b')]);
    expect(ring.find('sk-a')).toBeUndefined();
  });

  it('stops accepting keys of a file that could not be read for too long, but not the own key', () => {
    let now = 0;
    const ring = new KeyRing({ hasher, apiKey: undefined, staleAfterMs: HOUR_MS, now: () => now });
    ring.replace([record('sk-a')]);
    now = HOUR_MS;
    expect(ring.find('sk-a')).toBeDefined();
    now = HOUR_MS + 1;
    expect(ring.find('sk-a')).toBeUndefined();
    expect(ring.check().ok).toBe(false);
    const own = new KeyRing({ hasher, apiKey: 'sk-own', staleAfterMs: 1, now: () => now });
    now += HOUR_MS;
    expect(own.find('sk-own')).toBeDefined();
    expect(own.check().ok).toBe(true);
  });
});
