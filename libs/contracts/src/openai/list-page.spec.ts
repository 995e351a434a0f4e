import { describe, expect, it } from 'vitest';
import { toListPage } from './list-page.js';

describe('toListPage', () => {
  it('names the first and the last item, which the SDKs page on with', () => {
    const data = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    expect(toListPage(data, true)).toEqual({ object: 'list', data, first_id: 'a', last_id: 'c', has_more: true });
  });

  it('has no first and no last item when it is empty', () => {
    expect(toListPage([], false)).toEqual({ object: 'list', data: [], first_id: null, last_id: null, has_more: false });
  });
});
