import { describe, expect, it } from 'vitest';
import { readVector } from './read-vector.js';
import { readVectorRow } from './vector-row.js';

const FLOATS = Buffer.from(new Float32Array([0.25, -1.5, 1e-8]).buffer);
const BASE64 = JSON.stringify(FLOATS.toString('base64'));

describe('readVectorRow', () => {
  it('takes numbers from base64 as they are, also where slashes are escaped', () => {
    const row = readVectorRow(Buffer.from(`{"index":7,"line":9,"id":"é\\n","embedding":${BASE64},"tokens":3}`));
    expect(row).toEqual({ index: 7, line: 9, id: 'é\n', tokens: 3, vector: FLOATS });
    const slashes = Buffer.from([0xff, 0xff, 0xff, 0x3f]);
    const escaped = JSON.stringify(slashes.toString('base64')).replaceAll('/', String.raw`\/`);
    expect(readVector(Buffer.from(escaped))).toEqual(slashes);
  });

  it('reads floats, and leaves out what a row has not', () => {
    const row = readVectorRow(Buffer.from('{"index":0,"id":9007199254740993,"embedding":[0.25, -1.5,1e-8]}'));
    expect(row).toEqual({ index: 0, id: '9007199254740993', vector: FLOATS });
  });

  it.each(['[]', '""', '"AAAA"', '"????????"', '["1"]', '[1,', 'null', '{}'])('finds no numbers in %s', (json) => {
    expect(readVector(Buffer.from(json))).toBeUndefined();
  });
});
