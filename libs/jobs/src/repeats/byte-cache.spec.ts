import { describe, expect, it } from 'vitest';
import { ByteCache } from './byte-cache.js';

describe('ByteCache', () => {
  it('lets go of what was used longest ago, once there are too many bytes', () => {
    const cache = new ByteCache<string>(100);
    cache.set('a', 'A', 40);
    cache.set('b', 'B', 40);
    expect(cache.get('a')).toBe('A');
    cache.set('c', 'C', 40);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['A', undefined, 'C']);
    cache.set('d', 'D', 20);
    expect(['a', 'c', 'd'].map((key) => cache.get(key))).toEqual(['A', 'C', 'D']);
  });

  it('counts what is set again once', () => {
    const cache = new ByteCache<number>(100);
    for (let count = 0; count < 10; count++) cache.set('a', count, 40);
    cache.set('b', 1, 60);
    expect([cache.get('a'), cache.get('b')]).toEqual([9, 1]);
  });

  it('keeps nothing that is larger than all that it may hold', () => {
    const cache = new ByteCache<number>(100);
    cache.set('a', 1, 101);
    expect(cache.get('a')).toBeUndefined();
    cache.set('b', 2, 80);
    expect(cache.get('b')).toBe(2);
  });
});
