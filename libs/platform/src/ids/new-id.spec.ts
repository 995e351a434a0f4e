import { describe, expect, it } from 'vitest';
import { newId, newTimeOrderedId, timeOfId, timeOrderedId } from './new-id.js';

const NOW_MS = 1_795_000_000_000;

describe('newId', () => {
  it('is a prefix and 24 hexadecimal digits, never the same twice', () => {
    const ids = Array.from({ length: 1000 }, () => newId('req_'));
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f]{24}$/);
    expect(new Set(ids).size).toBe(1000);
  });
});

describe('newTimeOrderedId', () => {
  it('sorts newest first as plain text', () => {
    const times = [NOW_MS - 1e12, NOW_MS - 1000, NOW_MS - 1, NOW_MS, NOW_MS + 1, NOW_MS + 36 ** 5, NOW_MS + 1e12];
    const ids = times.map((timeMs) => newTimeOrderedId('batch_', timeMs));
    expect(ids.toSorted()).toEqual(ids.toReversed());
  });

  it('always has the same length and shape, and is never the same twice', () => {
    const ids = Array.from({ length: 2000 }, () => newTimeOrderedId('file-', NOW_MS));
    for (const id of ids) expect(id).toMatch(/^file-[0-9a-z]{21}$/);
    expect(new Set(ids).size).toBe(2000);
  });

  it('gives back the time it was made', () => {
    expect(timeOfId('batch_', newTimeOrderedId('batch_', NOW_MS))).toBe(NOW_MS);
  });
});

describe('timeOrderedId', () => {
  it('follows from time and tail alone', () => {
    expect(timeOrderedId('file-', NOW_MS, 'abc')).toBe(timeOrderedId('file-', NOW_MS, 'abc'));
    expect(timeOrderedId('file-', NOW_MS, 'abc').endsWith('000000000abc')).toBe(true);
    expect(timeOrderedId('file-', NOW_MS, '0123456789abcdef')).toHaveLength('file-'.length + 21);
  });
});

describe('timeOfId', () => {
  it('knows what is no such id', () => {
    const id = newTimeOrderedId('batch_', NOW_MS);
    for (const text of ['', 'batch_', `file-${id.slice(6)}`, id.slice(0, -1), `${id}0`, id.replace(/_./, '_!')]) {
      expect(timeOfId('batch_', text)).toBeUndefined();
    }
  });
});
