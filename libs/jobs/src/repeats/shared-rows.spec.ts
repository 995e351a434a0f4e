import { describe, expect, it } from 'vitest';
import { encodeSharedRows, headBytes, SharedPlaces } from './shared-rows.js';

const ROWS = new Map([
  [500, { ok: true, json: Buffer.from('{"index":500}') }],
  [501, { ok: true, json: Buffer.from('{"index":501}') }],
  [502, { ok: false, json: Buffer.from('{"index":502,"error":{}}') }],
  [503, { ok: true, json: Buffer.from('{"index":503,"id":1}') }],
]);

function found(requests: readonly number[], wanted: readonly number[]) {
  const bytes = encodeSharedRows(requests, ROWS);
  const places = new SharedPlaces(bytes.subarray(0, headBytes(requests.length)));
  return wanted.map((request) => {
    const range = places.rangeOf(request);
    return range && bytes.subarray(range.first, range.last + 1).toString();
  });
}

describe('SharedPlaces', () => {
  it('find each row that is shared, and none that is an error or not there', () => {
    expect(found([503, 502, 500], [499, 500, 501, 502, 503, 504])).toEqual([
      undefined,
      '{"index":500}',
      undefined,
      undefined,
      '{"index":503,"id":1}',
      undefined,
    ]);
  });

  it('find none where the first of them are errors or have no row', () => {
    expect(found([499, 502, 503], [499, 502, 503])).toEqual([undefined, undefined, '{"index":503,"id":1}']);
  });

  it('have the rows one behind the other as they are needed', () => {
    const bytes = encodeSharedRows([503, 500, 501], ROWS);
    expect(bytes.subarray(headBytes(3)).toString()).toBe('{"index":503,"id":1}{"index":500}{"index":501}');
  });

  it('are none where nothing is shared', () => {
    expect(new SharedPlaces(Buffer.alloc(0)).rangeOf(0)).toBeUndefined();
  });
});
