import { describe, expect, it } from 'vitest';
import type { KeyRecord } from './key-record.js';
import { listRevokedKeys } from './list-revoked-keys.js';

const NOW_MS = 1_000_000;

function key(id: string, more: Partial<KeyRecord> = {}): KeyRecord {
  return { id, hash: '', tenant: 'acme', name: undefined, createdAtMs: 0, revokedAtMs: undefined, ...more };
}

function revoked(...records: readonly KeyRecord[]): Record<string, string[]> {
  const found = listRevokedKeys(records, NOW_MS - 1000, NOW_MS);
  return Object.fromEntries([...found].map(([tenant, ids]) => [tenant, [...ids]]));
}

describe('listRevokedKeys', () => {
  it('names revoked keys by their tenant', () => {
    expect(
      revoked(
        key('a', { revokedAtMs: NOW_MS }),
        key('b'),
        key('c', { revokedAtMs: NOW_MS - 1000 }),
        key('d', { revokedAtMs: NOW_MS - 1, tenant: 'other' }),
      ),
    ).toEqual({ acme: ['a', 'c'], other: ['d'] });
  });

  it('passes over what is revoked later, was revoked long ago, or has only expired', () => {
    expect(
      revoked(
        key('later', { revokedAtMs: NOW_MS + 1 }),
        key('ago', { revokedAtMs: NOW_MS - 1001 }),
        key('expired', { expiresAtMs: NOW_MS - 1 }),
      ),
    ).toEqual({});
  });

  it('leaves the jobs of a rotated key alone, however often it was rotated', () => {
    expect(
      revoked(
        key('a', { revokedAtMs: NOW_MS, replacedBy: 'b' }),
        key('b', { revokedAtMs: NOW_MS, replacedBy: 'c' }),
        key('c'),
      ),
    ).toEqual({});
  });

  it('names a rotated key once its last successor is revoked', () => {
    const last = key('c', { revokedAtMs: NOW_MS });
    const before = key('b', { revokedAtMs: NOW_MS - 900, replacedBy: 'c' });
    expect(revoked(key('a', { revokedAtMs: NOW_MS - 5000, replacedBy: 'b' }), before, last)).toEqual({
      acme: ['a', 'b', 'c'],
    });
  });

  it('stops nothing where the successor is not known or the chain is a circle', () => {
    expect(
      revoked(
        key('a', { revokedAtMs: NOW_MS, replacedBy: 'gone' }),
        key('b', { revokedAtMs: NOW_MS, replacedBy: 'c' }),
        key('c', { revokedAtMs: NOW_MS, replacedBy: 'b' }),
      ),
    ).toEqual({});
  });
});
