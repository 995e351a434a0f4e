import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { describe, expect, it } from 'vitest';
import { checkParquetPages } from './check-parquet-pages.js';

interface Page {
  readonly values?: number;
  readonly unpacked?: number;
  readonly packed?: number;
}

function pagesOf(...pages: Page[]): DataView {
  const writer = new ByteWriter();
  for (const { values = 10, unpacked = 8, packed = 8 } of pages) {
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: unpacked,
      compressed_page_size: packed,
      data_page_header: {
        num_values: values,
        encoding: 'PLAIN',
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    });
    writer.appendBytes(new Uint8Array(8));
  }
  return new DataView(writer.getBuffer());
}

describe('checkParquetPages', () => {
  it('lets pages pass that hold what a machine has room for', () => {
    expect(() => checkParquetPages(pagesOf({}, { values: 4_194_304 }, { unpacked: 67_108_864 }))).not.toThrow();
  });

  it.each([{ values: 4_194_305 }, { unpacked: 67_108_865 }, { unpacked: -1, packed: -1 }])(
    'stops before a page that says to hold %j, wherever it stands',
    (page) => {
      expect(() => checkParquetPages(pagesOf({}, {}, page))).toThrow('smaller pages');
    },
  );
});
