import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import type { RangedFile } from './parquet-file.js';
import { parquetTexts } from './parquet-texts.js';

type Order = Pick<EmbeddingsOrder, 'textField' | 'idField'>;

const ORDER: Order = { textField: null, idField: null };
const COMPRESSORS = {
  GZIP: (input: Uint8Array) => gzipSync(input),
  ZSTD: (input: Uint8Array) => zstdCompressSync(input),
  BROTLI: (input: Uint8Array) => brotliCompressSync(input),
  LZ4_RAW: (input: Uint8Array) => input,
};

interface Options {
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD' | 'BROTLI' | 'LZ4_RAW';
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
}

function fileOf(columnData: ColumnSource[], options: Options = {}): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData, compressors: COMPRESSORS, ...options }));
}

function ranged(bytes: Buffer): RangedFile & { readonly asked: number[] } {
  const asked: number[] = [];
  const readRange = ({ first, last }: { first: number; last: number }): Promise<Buffer> => {
    asked.push(last - first + 1);
    return Promise.resolve(bytes.subarray(first, last + 1));
  };
  return { size: bytes.length, asked, readRange };
}

async function read(bytes: Buffer, order: Partial<Order> = {}) {
  return await Array.fromAsync(parquetTexts(ranged(bytes), { ...ORDER, ...order }));
}

const STRINGS = { type: 'STRING' } as const;

describe('parquetTexts', () => {
  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI'] as const)(
    'reads texts and ids packed with %s',
    async (codec) => {
      const texts = Array.from({ length: 9000 }, (_, index) => `text ${index % 5000} žluť`);
      const ids = texts.map((_, index) => BigInt(index) + 9_007_199_254_740_993n);
      const bytes = fileOf(
        [
          { name: 'id', data: ids, type: 'INT64' },
          { name: 'text', data: texts, ...STRINGS },
        ],
        { codec, rowGroupSize: 5000, pageSize: 4096 },
      );
      const rows = await read(bytes);
      expect(rows).toEqual(texts.map((text, index) => ({ line: index + 1, text, id: ids[index] })));
    },
  );

  it.each(['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY'] as const)(
    'reads the encoding %s',
    async (encoding) => {
      const data = Array.from({ length: 100 }, (_, index) => `same start ${index % 7}`);
      const rows = await read(fileOf([{ name: 'input', data, ...STRINGS, encoding }]));
      expect(rows).toEqual(data.map((text, index) => ({ line: index + 1, text, id: undefined })));
    },
  );

  it('fetches the footer and the two columns, and no other', async () => {
    const rows = 4000;
    const noise = Array.from({ length: rows }, (_, index) => `${Math.sin(index)}`.repeat(40));
    const file = ranged(
      fileOf([
        { name: 'noise', data: noise, ...STRINGS },
        { name: 'text', data: noise.map((_, index) => `t${index}`), ...STRINGS },
      ]),
    );
    expect(await Array.fromAsync(parquetTexts(file, ORDER))).toHaveLength(rows);
    const [footer = 0, ...columns] = file.asked;
    expect(footer).toBeLessThanOrEqual(524_288);
    expect(columns.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(60_000);
  });

  it('tells of rows without a text, and of those without an id where it was asked for', async () => {
    const bytes = fileOf([
      { name: 'key', data: ['a', null, 'c'], ...STRINGS, nullable: true },
      { name: 'text', data: ['x', 'y', null], ...STRINGS, nullable: true },
    ]);
    expect(await read(bytes, { idField: 'key' })).toMatchObject([
      { line: 1, text: 'x', id: 'a' },
      { line: 2, fault: { code: 'missing_required_parameter', param: 'key' } },
      { line: 3, fault: { code: 'missing_required_parameter', param: 'text' } },
    ]);
  });

  it.each([
    ['a text', Buffer.from('this is no table at all'), {}, null, 'cannot be read as Parquet'],
    ['nothing', Buffer.alloc(0), {}, null, 'too short'],
    ['a footer that is cut', fileOf([{ name: 'text', data: ['a'] }]).subarray(40), {}, null, 'cannot be read'],
    ['another column', fileOf([{ name: 'body', data: ['a'], ...STRINGS }]), {}, 'text_field', "are 'body'"],
    ['numbers', fileOf([{ name: 'text', data: [1, 2], type: 'INT32' }]), {}, 'text_field', 'does not hold texts'],
    [
      'dates for ids',
      fileOf([
        { name: 'text', data: ['a'], ...STRINGS },
        { name: 'id', data: [new Date(0)], type: 'TIMESTAMP' },
      ]),
      {},
      'id_field',
      'nor whole numbers',
    ],
    [
      'another packing',
      fileOf([{ name: 'text', data: ['a'], ...STRINGS }], { codec: 'LZ4_RAW' }),
      {},
      null,
      'compressed with LZ4_RAW',
    ],
    [
      'texts that repeat each other',
      fileOf([{ name: 'text', data: ['aa', 'ab'], ...STRINGS, encoding: 'DELTA_BYTE_ARRAY' }]),
      {},
      null,
      'DELTA_BYTE_ARRAY',
    ],
    [
      'invalid UTF-8',
      fileOf([{ name: 'text', data: [new Uint8Array([0xff])], type: 'BYTE_ARRAY' }]),
      {},
      null,
      'not UTF-8',
    ],
  ])('refuses %s', async (...refused) => {
    const [, bytes, order, param, message] = refused;
    await expect(read(bytes, order)).rejects.toMatchObject({
      reason: 'invalid_value',
      param,
      message: expect.stringContaining(message) as string,
    });
  });

  it('leaves what the store says as it is', async () => {
    const file = {
      size: 100,
      readRange: () => Promise.reject(new GatewayError('storage_unavailable', 'The store is away.')),
    };
    await expect(Array.fromAsync(parquetTexts(file, ORDER))).rejects.toMatchObject({
      reason: 'storage_unavailable',
    });
  });
});
