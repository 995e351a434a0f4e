import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { VectorType } from '#contracts';
import { seededRandom } from '../../testing/index.js';
import type { VectorRow } from './vector-row.js';
import { VectorsWriter } from './vectors-writer.js';

function rowsOf(count: number, dimensions: (index: number) => number): VectorRow[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, (_, index) => ({
    index,
    line: index % 3 === 0 ? undefined : index + 1,
    id: index % 2 === 0 ? `žluť ${index}` : undefined,
    tokens: index % 5 === 0 ? undefined : index,
    vector: Buffer.from(Float32Array.from({ length: dimensions(index) }, () => random() - 0.5).buffer),
  }));
}

function fileOf(rows: readonly VectorRow[], type: VectorType): Buffer {
  const writer = new VectorsWriter(type, { model: 'model/dev' });
  const pieces = rows.flatMap((row) => (writer.add(row) ? [...writer.group()] : []));
  return Buffer.concat([...pieces, ...writer.end()]);
}

async function query(bytes: Buffer, sql: (file: string) => string): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-vectors-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const file = join(folder, 'vectors.parquet');
    await writeFile(file, bytes);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql(`'${file}'`));
    connection.closeSync();
    return reader.getRowObjectsJS();
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

function expected({ index, line, id, tokens, vector }: VectorRow): object {
  const embedding = Array.from({ length: vector.length / 4 }, (_, at) => vector.readFloatLE(at * 4));
  return {
    index: BigInt(index),
    line: line === undefined ? null : BigInt(line),
    id: id ?? null,
    tokens: tokens === undefined ? null : BigInt(tokens),
    embedding,
  };
}

describe('VectorsWriter', () => {
  it.each([
    ['one row', rowsOf(1, () => 3)],
    ['one number a row', rowsOf(100, () => 1)],
    ['rows of several lengths', rowsOf(300, (index) => 1 + (index % 20))],
    ['vectors that fill pages', rowsOf(700, () => 1024)],
    ['a vector longer than a page', rowsOf(2, () => 300_000)],
  ])('writes %s that DuckDB reads as they are', async (_, rows) => {
    const found = await query(fileOf(rows, 'float32'), (file) => `select * from ${file} order by index`);
    expect(found).toEqual(rows.map(expected));
  });

  it('makes several row groups of many vectors, each of which can be read alone', async () => {
    const rows = rowsOf(9000, () => 1024);
    const bytes = fileOf(rows, 'float32');
    const groups = await query(
      bytes,
      (file) =>
        `select distinct row_group_id as "group", row_group_num_rows as "rows" from parquet_metadata(${file}) order by 1`,
    );
    expect(groups).toEqual([
      { group: 0n, rows: 8192n },
      { group: 1n, rows: 808n },
    ]);
    const last = await query(bytes, (file) => `select * from ${file} where index = 8999`);
    expect(last).toEqual([expected(rows[8999] as VectorRow)]);
  });

  it('writes halves that DuckDB and another reader take for the nearest numbers', async () => {
    const rows = rowsOf(300, () => 64);
    const bytes = fileOf(rows, 'float16');
    const found = await query(bytes, (file) => `select index, embedding from ${file} order by index`);
    const others = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
    for (const [index, row] of rows.entries()) {
      const { embedding } = found[index] as { embedding: number[] };
      expect(others[index]?.['embedding']).toEqual(embedding);
      for (const [at, number] of embedding.entries()) {
        const exact = row.vector.readFloatLE(at * 4);
        expect(Math.abs(number - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -11 + 2 ** -25);
      }
    }
  });

  it('makes the same bytes of the same rows, with what is known of the job in the footer', async () => {
    const rows = rowsOf(50, () => 8);
    const bytes = fileOf(rows, 'float32');
    expect(fileOf(rows, 'float32')).toEqual(bytes);
    const facts = await query(
      bytes,
      (file) => `select decode(key) k, decode(value) v from parquet_kv_metadata(${file})`,
    );
    expect(facts).toEqual([{ k: 'model', v: 'model/dev' }]);
  });
});
