import type { ColumnChunk, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { VectorType } from '#contracts';
import { toHalfFloats } from './to-half-floats.js';
import type { VectorRow } from './vector-row.js';

/** How the numbers of a vector are stored. */
export const VECTOR_ELEMENTS = {
  float32: { type: 'FLOAT' },
  float16: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } },
} as const satisfies Record<VectorType, Pick<SchemaElement, 'type' | 'type_length' | 'logical_type'>>;

const NUMBER_BYTES = { float32: 4, float16: 2 } as const satisfies Record<VectorType, number>;
const PAGE_BYTES = 1_048_576;
/** One bit for each number: whether it is there, and whether it begins no row. */
const LEVEL_BITS = 1;

/**
 * Writes the column of lists of one row group, page by page; its values are the vectors' own bytes. Yields behind each page,
 * so that what stands in the writer can be taken out.
 *
 * @returns what the footer says of it.
 */
export function* writeVectorColumn(
  writer: ByteWriter,
  rows: readonly VectorRow[],
  type: VectorType,
): Generator<void, ColumnChunk> {
  const start = writer.offset;
  let values = 0;
  for (const page of pagesOf(rows)) {
    values += writePage(writer, page, type);
    yield;
  }
  const size = BigInt(writer.offset - start);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: VECTOR_ELEMENTS[type].type,
      encodings: ['RLE', 'PLAIN'],
      path_in_schema: ['embedding', 'list', 'element'],
      codec: 'UNCOMPRESSED',
      num_values: BigInt(values),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: BigInt(start),
    },
  };
}

/** Rows whose vectors share a page. */
function* pagesOf(rows: readonly VectorRow[]): Generator<readonly VectorRow[]> {
  let first = 0;
  let bytes = 0;
  for (const [index, { vector }] of rows.entries()) {
    if (index > first && bytes + vector.length > PAGE_BYTES) {
      yield rows.slice(first, index);
      first = index;
      bytes = 0;
    }
    bytes += vector.length;
  }
  yield rows.slice(first);
}

/** @returns how many numbers the page holds */
function writePage(writer: ByteWriter, rows: readonly VectorRow[], type: VectorType): number {
  const vectors = rows.map(({ vector }) => (type === 'float16' ? toHalfFloats(vector) : vector));
  const bytes = vectors.reduce((sum, { length }) => sum + length, 0);
  const values = bytes / NUMBER_BYTES[type];
  const levels = new Uint8Array(values).fill(1);
  const whole = toBits(levels);
  let at = 0;
  for (const { length } of vectors) {
    levels[at] = 0;
    at += length / NUMBER_BYTES[type];
  }
  const starts = toBits(levels);
  const size = starts.length + whole.length + bytes;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: size,
    compressed_page_size: size,
    data_page_header_v2: {
      num_values: values,
      num_nulls: 0,
      num_rows: rows.length,
      encoding: 'PLAIN',
      repetition_levels_byte_length: starts.length,
      definition_levels_byte_length: whole.length,
      is_compressed: false,
    },
  });
  for (const piece of [starts, whole, ...vectors]) writer.appendBytes(piece);
  return values;
}

function toBits(levels: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writeRleBitPackedHybrid(writer, levels, LEVEL_BITS);
  return writer.getBytes();
}
