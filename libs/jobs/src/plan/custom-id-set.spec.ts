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
});
