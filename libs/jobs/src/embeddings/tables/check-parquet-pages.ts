import type { FileMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { tableFault } from './table-text.js';

/** First byte of a column within a row group, and the one behind its last. */
export interface ColumnRange {
  readonly start: number;
  readonly end: number;
}

/** Of one page when it is unpacked; writers make pages of about 1 MiB. */
export const MAX_PAGE_BYTES = 67_108_864;
/** A page of one text over and over takes a few bytes, whatever it says to hold. */
const MAX_PAGE_VALUES = 4_194_304;

/** Where the columns lie. */
export function chunksOf({ row_groups: groups }: FileMetaData, names: readonly string[]): ColumnRange[] {
  return groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: chunk }) => {
      if (chunk === undefined || !names.includes(chunk.path_in_schema[0] ?? '')) return [];
      const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
      return [{ start, end: start + Number(chunk.total_compressed_size) }];
    }),
  );
}

/**
 * Looks at the head of each page before any is unpacked: a few bytes can say to hold more than a machine has room for.
 *
 * @throws GatewayError `invalid_value`
 */
export function checkParquetPages(view: DataView): void {
  const reader = { view, offset: 0 };
  // As the reader of columns ends, which leaves a last byte alone.
  while (reader.offset < view.byteLength - 1) {
    const header = parquetHeader(reader);
    const data = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
    const size = Math.max(header.uncompressed_page_size, header.compressed_page_size);
    if (!(size >= 0 && size <= MAX_PAGE_BYTES && (data?.num_values ?? 0) <= MAX_PAGE_VALUES)) {
      throw tableFault(
        `A page of the file holds more than ${MAX_PAGE_BYTES} bytes or ${MAX_PAGE_VALUES} values. Write it with smaller pages.`,
      );
    }
    // Each value may repeat most of the one before it, so that nobody can tell how long they are together.
    if (data?.encoding === 'DELTA_BYTE_ARRAY') {
      throw tableFault('The file is encoded with DELTA_BYTE_ARRAY. Write it with plain or dictionary encoding.');
    }
    reader.offset += header.compressed_page_size;
  }
}
