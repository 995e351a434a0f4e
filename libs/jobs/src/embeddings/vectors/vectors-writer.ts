import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import type { VectorType } from '#contracts';
import { VECTOR_ELEMENTS, writeVectorColumn } from './vector-column.js';
import type { VectorRow } from './vector-row.js';

/** Of vectors in a row group: as many as memory holds at a time. */
const MAX_GROUP_BYTES = 33_554_432;
/** Readers share row groups among threads, and choose them as a whole. */
const MAX_GROUP_ROWS = 65_536;

/**
 * Rows as the bytes of a Parquet file, a row group at a time: the same rows always make the same bytes. Vectors are copied
 * as they are; what is around them the library writes.
 */
export class VectorsWriter {
  private readonly bytes = new ByteWriter(65_536);
  private readonly file: ParquetWriter;
  private rows: VectorRow[] = [];
  private groupBytes = 0;

  /** @param facts Stand in the footer. */
  constructor(
    private readonly type: VectorType,
    facts: Readonly<Record<string, string>>,
  ) {
    this.file = new ParquetWriter({
      writer: this.bytes,
      schema: schemaOf(type),
      codec: 'UNCOMPRESSED',
      kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
      createdBy: 'sluice',
    });
  }

  /** Takes a row. @returns whether its row group is full */
  add(row: VectorRow): boolean {
    this.rows.push(row);
    this.groupBytes += row.vector.length;
    return this.rows.length >= MAX_GROUP_ROWS || this.groupBytes >= MAX_GROUP_BYTES;
  }

  /** The bytes of the rows that were taken, in pieces. */
  *group(): Generator<Buffer> {
    const { rows } = this;
    if (rows.length === 0) return;
    this.rows = [];
    this.groupBytes = 0;
    void this.file.write({ columnData: flatColumns(rows), rowGroupSize: rows.length });
    yield this.drain();
    const group = this.file.row_groups.at(-1);
    if (group === undefined) throw new RangeError('a row group that was written is there');
    const vectors = writeVectorColumn(this.bytes, rows, this.type);
    for (let next = vectors.next(); ; next = vectors.next()) {
      if (next.done !== true) {
        yield this.drain();
        continue;
      }
      group.columns.push(next.value);
      const size = next.value.meta_data?.total_compressed_size ?? 0n;
      group.total_byte_size += size;
      group.total_compressed_size = (group.total_compressed_size ?? 0n) + size;
      return;
    }
  }

  /** What stands behind the last row group. */
  *end(): Generator<Buffer> {
    yield* this.group();
    void this.file.finish();
    yield this.drain();
  }

  /** A copy: the writer goes on in the same memory. */
  private drain(): Buffer {
    const piece = Buffer.from(this.bytes.getBytes());
    this.bytes.index = 0;
    return piece;
  }
}

function schemaOf(type: VectorType): SchemaElement[] {
  return [
    { name: 'schema', num_children: 5 },
    { name: 'index', type: 'INT64', repetition_type: 'REQUIRED' },
    { name: 'line', type: 'INT64', repetition_type: 'OPTIONAL' },
    {
      name: 'id',
      type: 'BYTE_ARRAY',
      repetition_type: 'OPTIONAL',
      converted_type: 'UTF8',
      logical_type: { type: 'STRING' },
    },
    { name: 'tokens', type: 'INT64', repetition_type: 'OPTIONAL' },
    {
      name: 'embedding',
      repetition_type: 'REQUIRED',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...VECTOR_ELEMENTS[type] },
  ];
}

function flatColumns(rows: readonly VectorRow[]): ColumnSource[] {
  return [
    { name: 'index', data: rows.map(({ index }) => BigInt(index)) },
    { name: 'line', data: rows.map(({ line }) => (line === undefined ? null : BigInt(line))) },
    { name: 'id', data: rows.map(({ id }) => id ?? null) },
    { name: 'tokens', data: rows.map(({ tokens }) => (tokens === undefined ? null : BigInt(tokens))) },
  ];
}
