import { describe, expect, it } from 'vitest';
import { renderKeysFile } from './key-entry.js';
import { KeysFileError, parseKeysFile } from './parse-keys-file.js';

const KEY = { id: 'key-1', hash: 'a'.repeat(64), tenant: 'acme', name: 'CI', createdAt: '2026-01-01T00:00:00Z' };

describe('parseKeysFile', () => {
  it('reads an array and one object a line alike', () => {
    const second = { ...KEY, id: 'key-2', hash: 'b'.repeat(64), revokedAt: '2026-02-01T00:00:00Z' };
    const lines = `${JSON.stringify(KEY)}\n\n${JSON.stringify(second)}\n`;
    const records = parseKeysFile(lines);
    expect(records).toEqual(parseKeysFile(JSON.stringify([KEY, second])));
    expect(records[0]).toEqual({
      id: 'key-1',
      hash: 'a'.repeat(64),
      tenant: 'acme',
      name: 'CI',
      createdAtMs: Date.parse('2026-01-01T00:00:00Z'),
      revokedAtMs: undefined,
    });
    expect(records[1]?.revokedAtMs).toBe(Date.parse('2026-02-01T00:00:00Z'));
  });

  it('refuses the whole file for one bad entry, and says which', () => {
    const rows: [unknown, RegExp][] = [
      [{ ...KEY, id: '' }, /key 1: 'id'/],
      [{ ...KEY, hash: 'A'.repeat(64) }, /'hash'/],
      [{ ...KEY, hash: 'abc' }, /'hash'/],
      [{ ...KEY, tenant: '../other' }, /'tenant'/],
      [{ ...KEY, createdAt: undefined }, /'createdAt' is missing/],
      [{ ...KEY, createdAt: 'yesterday' }, /ISO 8601/],
      [{ ...KEY, revokedAt: 5 }, /'revokedAt'/],
      ['text', /not an object/],
    ];
    for (const [entry, message] of rows) expect(() => parseKeysFile(JSON.stringify([entry]))).toThrow(message);
    expect(() => parseKeysFile('{"id":')).toThrow(/line 1 is not valid JSON/);
    expect(() => parseKeysFile('[{]')).toThrow(KeysFileError);
  });

  it('reads what a key may do and at most, and refuses what it does not know', () => {
    const grants = {
      expiresAt: '2030-01-01T00:00:00.000Z',
      models: ['bge-m3/dev', 'Qwen*'],
      routes: ['realtime'],
      limits: { requestsPerMinute: 60, tokensPerMinute: 1000, concurrentRequests: 2 },
    };
    const [record] = parseKeysFile(JSON.stringify([{ ...KEY, ...grants }]));
    expect(record).toMatchObject({
      models: grants.models,
      routes: grants.routes,
      limits: grants.limits,
      expiresAtMs: Date.parse(grants.expiresAt),
    });
    expect(parseKeysFile(renderKeysFile(record === undefined ? [] : [record]))).toEqual([record]);
    const rows: [object, RegExp][] = [
      [{ models: 'bge-m3' }, /'models'/],
      [{ models: [''] }, /'models'/],
      [{ routes: ['everything'] }, /'routes'/],
      [{ limits: { requestPerMinute: 5 } }, /'limits.requestPerMinute'/],
      [{ limits: { requestsPerMinute: 0 } }, /'limits.requestsPerMinute'/],
      [{ limits: { tokensPerMinute: '5' } }, /'limits.tokensPerMinute'/],
      [{ limits: [] }, /'limits'/],
      [{ expiresAt: 'soon' }, /'expiresAt'/],
    ];
    for (const [fields, message] of rows)
      expect(() => parseKeysFile(JSON.stringify([{ ...KEY, ...fields }]))).toThrow(message);
  });

  it('refuses ids and hashes that stand twice', () => {
    expect(() => parseKeysFile(JSON.stringify([KEY, { ...KEY, hash: 'b'.repeat(64) }]))).toThrow(
      /id 'key-1' stands twice/,
    );
    expect(() => parseKeysFile(JSON.stringify([KEY, { ...KEY, id: 'key-2' }]))).toThrow(/hash of 'key-2' stands twice/);
  });
});
