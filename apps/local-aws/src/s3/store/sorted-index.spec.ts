import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../faults/create-seeded-random.js';
import { fromByteOrder, toByteOrder } from './byte-order.js';
import { SortedIndex } from './sorted-index.js';

describe('SortedIndex', () => {
  it('stays equal to a sorted map through thousands of random changes', () => {
    const random = createSeededRandom(11);
    const index = new SortedIndex<number>();
    const model = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const key = `k${Math.floor(random() * 4000)}`;
      const deleting = random() < 0.35;
      if (!deleting) {
        index.set(key, step);
        model.set(key, step);
      }
      const deleted = [index, model].map((map) => deleting && map.delete(key));
      expect(deleted[0]).toBe(deleted[1]);
    }
    const sorted = [...model].sort(([left], [right]) => (left < right ? -1 : 1));
    expect(index.size).toBe(model.size);
    expect([...index.from('')]).toEqual(sorted);
    for (const start of ['k', 'k1', 'k2000', 'k3999x', 'z']) {
      expect([...index.from(start)]).toEqual(sorted.filter(([key]) => key >= start));
    }
    for (const [key, value] of sorted) expect(index.get(key)).toBe(value);
    expect(index.get('absent')).toBeUndefined();
  });

  it('is empty again when everything is deleted', () => {
    const index = new SortedIndex<number>();
    for (let key = 0; key < 2000; key++) index.set(String(key), key);
    for (let key = 0; key < 2000; key++) index.delete(String(key));
    expect(index.size).toBe(0);
    expect([...index.from('')]).toEqual([]);
  });

  it('orders by UTF-8 bytes, where UTF-16 units would say otherwise', () => {
    const texts = ['\u{1F600}', '\uFF5E', 'z', 'é', ''];
    const inOrder = texts.map(toByteOrder).sort().map(fromByteOrder);
    expect(inOrder).toEqual(['', 'z', 'é', '\uFF5E', '\u{1F600}']);
    expect(inOrder).toEqual([...texts].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
  });
});
