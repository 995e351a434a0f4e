import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetSchema, snappyUncompress, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { GatewayError } from '#platform';
import type { ByteRange } from '#storage';
import { checkParquetPages, MAX_PAGE_BYTES, type ColumnRange } from './check-parquet-pages.js';
import { tableFault } from './table-text.js';

/** A file that is read in pieces. */
export interface RangedFile {
  readonly size: number;
  readRange(range: ByteRange): Promise<Buffer>;
}

const MAX_FOOTER_BYTES = 8_388_608;
/** Of a column within one row group, as it is stored. */
const MAX_COLUMN_BYTES = 134_217_728;

/** Reads the footer. @throws GatewayError `invalid_value` where it is none */
export async function readParquetFooter(file: RangedFile): Promise<FileMetaData> {
  if (file.size < 12) throw tableFault('The file is not Parquet: it is too short.');
  return await asParquet(() =>
    parquetMetadataAsync(toAsyncBuffer(file, { maxBytes: MAX_FOOTER_BYTES }), { geoparquet: false }),
  );
}

/**
 * Pieces of the file, the last two kept: a column is asked for again for each few rows of it.
 *
 * @param chunks Columns, whose pages are looked at before they are handed out.
 */
export function toAsyncBuffer(
  file: RangedFile,
  {
    maxBytes = MAX_COLUMN_BYTES,
    chunks = [],
  }: { readonly maxBytes?: number; readonly chunks?: readonly ColumnRange[] },
): AsyncBuffer {
  let kept: { readonly start: number; readonly end: number; readonly bytes: ArrayBuffer }[] = [];
  return {
    byteLength: file.size,
    slice: async (start, end = file.size) => {
      const known = kept.find((piece) => piece.start === start && piece.end === end);
      if (known !== undefined) return known.bytes;
      if (end - start > maxBytes) throw tooLarge(maxBytes);
      const piece = await file.readRange({ first: start, last: end - 1 });
      const bytes = ownMemory(piece);
      for (const chunk of chunks) {
        if (chunk.start < end && chunk.end > start) checkParquetPages(columnOf(bytes, start, chunk));
      }
      kept = [...kept.slice(-1), { start, end, bytes }];
      return bytes;
    },
  };
}

/** @throws GatewayError `invalid_value` where columns lie across each other */
function columnOf(bytes: ArrayBuffer, offset: number, { start, end }: ColumnRange): DataView {
  if (start < offset || end > offset + bytes.byteLength)
    throw tableFault('The file cannot be read as Parquet: columns overlap.');
  return new DataView(bytes, start - offset, end - start);
}

/** Large pieces have memory of their own already. */
function ownMemory({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  const isOwn = buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength;
  return isOwn ? buffer : Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength)).buffer;
}

type Decompress = (input: Uint8Array, outputBytes: number) => Uint8Array;

/** By the names of the format. The bytes that a page says to have are what it may have. */
export const PARQUET_CODECS = {
  SNAPPY: bounded((input, bytes) => {
    const output = new Uint8Array(bytes);
    snappyUncompress(input, output);
    return output;
  }),
  GZIP: bounded((input, maxOutputLength) => gunzipSync(input, { maxOutputLength })),
  ZSTD: bounded((input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength })),
  BROTLI: bounded((input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength })),
} as const;

function bounded(decompress: Decompress): Decompress {
  return (input, bytes) => {
    if (bytes > MAX_PAGE_BYTES) {
      throw tableFault(
        `A page of the file holds ${bytes} bytes, more than ${MAX_PAGE_BYTES}. Write it with smaller pages.`,
      );
    }
    return decompress(input, bytes);
  };
}

/** Names of the columns at the top. */
export function columnNames(metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

/** Whatever a reader of Parquet throws says that the file is none. */
export async function asParquet<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (GatewayError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message.slice(0, 200) : '';
    throw tableFault(`The file cannot be read as Parquet: ${why}`, { cause });
  }
}

function tooLarge(maxBytes: number): GatewayError {
  return tableFault(
    `A column of the file is longer than ${maxBytes} bytes in one row group. Write the file with smaller row groups.`,
  );
}
