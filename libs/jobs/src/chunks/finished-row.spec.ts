import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addTokens, decodeCheckpoint, encodeCheckpoint, formOf, NO_TOKENS, type FinishedRow } from './finished-row.js';

const LINE_FEED = 0x0a;

/** Any bytes at all, but for the one that ends a row. */
function randomRow(): FinishedRow {
  const json = randomBytes(randomInt(0, 200)).filter((byte) => byte !== LINE_FEED);
  return {
    request: randomInt(0, 2 ** 32),
    ok: randomInt(2) === 1,
    json: Buffer.from(json),
    usage: {
      promptTokens: randomInt(0, 2 ** 40),
      completionTokens: randomInt(0, 1000),
      totalTokens: randomInt(0, 2 ** 40),
    },
  };
}

describe('encodeCheckpoint', () => {
  it('brings back whatever rows it was given', () => {
    for (let round = 0; round < 500; round++) {
      const rows = Array.from({ length: randomInt(0, 6) }, randomRow);
      expect(decodeCheckpoint(encodeCheckpoint(rows))).toEqual(rows);
    }
  });

  it('keeps text beyond ASCII, spaces at the edges and an empty row', () => {
    const rows = ['', ' ', ' {"a": "é\u2028\u{1F30A}"} ', '\r'].map((text, request) => ({
      request,
      ok: true,
      json: Buffer.from(text),
      usage: NO_TOKENS,
    }));
    expect(decodeCheckpoint(encodeCheckpoint(rows))).toEqual(rows);
  });

  it('keeps the details of usage in the form that has room for them', () => {
    const usage = { ...NO_TOKENS, promptTokens: 9, cachedTokens: 4, reasoningTokens: 2 };
    const rows = [
      { request: 0, ok: true, json: Buffer.from('{}'), usage },
      { request: 1, ok: false, json: Buffer.from(' 1 2 {}'), usage: NO_TOKENS },
    ];
    expect(formOf(rows)).toBe('detailed');
    expect(formOf(rows.slice(1))).toBe('plain');
    expect(decodeCheckpoint(encodeCheckpoint(rows, 'detailed'), 'detailed')).toEqual(rows);
  });

  it('makes nothing of no rows', () => {
    expect(encodeCheckpoint([])).toHaveLength(0);
    expect(decodeCheckpoint(Buffer.alloc(0))).toEqual([]);
  });
});

describe('addTokens', () => {
  it('adds each kind by itself', () => {
    const some = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    expect(addTokens(some, { promptTokens: 10, completionTokens: 20, totalTokens: 30 })).toEqual({
      promptTokens: 11,
      completionTokens: 22,
      totalTokens: 33,
    });
    expect(addTokens(NO_TOKENS, some)).toEqual(some);
    expect(addTokens({ ...some, cachedTokens: 1 }, { ...some, cachedTokens: 2, reasoningTokens: 5 })).toMatchObject({
      cachedTokens: 3,
      reasoningTokens: 5,
    });
  });
});
