import { describe, expect, it } from 'vitest';
import { CustomIdSet } from './custom-id-set.js';

describe('CustomIdSet', () => {
  it('takes each id once', () => {
    const set = new CustomIdSet();
    expect([set.add('a'), set.add('b'), set.add('a'), set.add('b'), set.add('A')]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it('forgets nothing as it grows', () => {
    const set = new CustomIdSet();
    const ids = Array.from({ length: 50_000 }, (_, index) => `line-${index}`);
    expect(ids.every((id) => set.add(id))).toBe(true);
    expect(ids.some((id) => set.add(id))).toBe(false);
    expect(set.add('another')).toBe(true);
  });

  it('tells ids apart that UTF-8 cannot, since JSON escapes can spell half a surrogate pair', () => {
    const set = new CustomIdSet();
    expect([set.add('\ud800'), set.add('\ud801'), set.add('\ufffd'), set.add('\ud800')]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['numbers', (index: number) => String(index)],
    ['padded numbers', (index: number) => `request-${String(index).padStart(9, '0')}`],
    ['numbers in front', (index: number) => `${index}-of-a-very-long-name-that-all-of-them-share`],
    ['numbers of two kinds', (index: number) => `doc-${index >> 9}/page-${index & 511}`],
    ['repeated letters', (index: number) => `${'a'.repeat(index % 512)}${index >> 9}`],
    ['bits', (index: number) => index.toString(2).padStart(18, '0')],
  ])('takes ids that differ little for different: %s', (_name, idOf) => {
    const set = new CustomIdSet({ first: 1, second: 2 });
    let refused = 0;
    for (let index = 0; index < 200_000; index++) if (!set.add(idOf(index))) refused++;
    expect(refused).toBe(0);
  });
});
