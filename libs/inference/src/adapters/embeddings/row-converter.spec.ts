import { describe, expect, it } from 'vitest';
import { convertRows } from './convert-rows.worker.js';
import { RowConverter } from './row-converter.js';

const FLOATS = [0.25, -1.5, 3, 0.1, 1e-7];

function pack(floats: readonly number[]): string {
  return Buffer.from(Float32Array.from(floats).buffer).toString('base64');
}

function rows(values: readonly unknown[]): Buffer[] {
  return values.map((value) => Buffer.from(JSON.stringify(value)));
}

function values(converted: readonly Buffer[]): unknown[] {
  return converted.map((row) => JSON.parse(row.toString('utf8')) as unknown);
}

/** More than is converted on the spot. */
const MANY = 400;
const LONG = Array.from({ length: 256 }, (_, index) => Math.fround(Math.sin(index)));

describe('RowConverter', () => {
  it('packs floats as little-endian float32', async () => {
    expect(values(await new RowConverter().convert(rows([FLOATS]), 'base64'))).toEqual([pack(FLOATS)]);
  });

  it('unpacks to numbers that are the same float32', async () => {
    const [unpacked] = values(await new RowConverter().convert(rows([pack(FLOATS)]), 'float'));
    expect((unpacked as number[]).map(Math.fround)).toEqual([...Float32Array.from(FLOATS)]);
  });

  it.each([
    ['floats', LONG, 'base64', pack(LONG)],
    ['base64', pack(LONG), 'float', LONG],
  ] as const)('converts many rows of %s in threads, in order', async (_name, row, wanted, expected) => {
    const converter = new RowConverter();
    const many = Array.from({ length: MANY }, () => row);

    const answers = await Promise.all([1, 2, 3].map(() => converter.convert(rows(many), wanted)));

    for (const answer of answers) {
      expect(answer).toHaveLength(MANY);
      const last = values(answer).at(-1);
      expect(typeof last === 'string' ? last : (last as number[]).map(Math.fround)).toEqual(expected);
    }
  });

  it.each([1, MANY])('refuses %i rows that are no embeddings', async (count) => {
    const broken = rows(Array.from({ length: count }, () => ['x'.repeat(200)]));
    await expect(new RowConverter().convert(broken, 'base64')).rejects.toMatchObject({ reason: 'upstream_garbage' });
  });
});

describe('convertRows', () => {
  it.each(['[{}]', '[null]', '{}', '[', '["AAA="]', '[""]'])('finds no embeddings in %s', (text) => {
    expect(convertRows(text, 'float')).toBeUndefined();
  });
});
