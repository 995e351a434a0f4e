import { parquetScan, type ParquetScan } from 'hyparquet';
import type { EmbeddingsOrder } from '#contracts';
import { checkParquetColumns } from './check-parquet-columns.js';
import { chunksOf } from './check-parquet-pages.js';
import {
  asParquet,
  columnNames,
  PARQUET_CODECS,
  readParquetFooter,
  toAsyncBuffer,
  type RangedFile,
} from './parquet-file.js';
import { chooseColumns, tableFault, type TableText } from './table-text.js';

/** Few enough that a turn is short, many enough that a dictionary is not unpacked all the time. */
const ROWS_AT_ONCE = 4096;

interface Columns {
  readonly text: string;
  readonly id: string | undefined;
  readonly isIdAsked: boolean;
}

/**
 * The texts of a Parquet file: footer first, then its column, a row group after the other. Holds what the file stores of
 * the two columns in one row group, and a few thousand rows.
 *
 * @throws GatewayError `invalid_value` for what is no such file, `storage_unavailable`.
 */
export async function* parquetTexts(
  file: RangedFile,
  order: Pick<EmbeddingsOrder, 'textField' | 'idField'>,
): AsyncGenerator<TableText> {
  const metadata = await readParquetFooter(file);
  const chosen = chooseColumns(columnNames(metadata), order);
  const columns = { ...chosen, isIdAsked: order.idField !== null };
  checkParquetColumns(metadata, columns);
  const wanted = columns.id === undefined ? [columns.text] : [columns.text, columns.id];
  const scan = await asParquet(() =>
    parquetScan({
      file: toAsyncBuffer(file, { chunks: chunksOf(metadata, wanted) }),
      metadata,
      columns: wanted,
      useOffsetIndex: false,
      compressors: PARQUET_CODECS,
      parsers: { stringFromBytes: readUtf8 },
    }),
  );
  for (const range of scan.ranges) {
    for (let first = range.rowStart; first < range.rowEnd; first += ROWS_AT_ONCE) {
      yield* readRows(scan, columns, { rowStart: first, rowEnd: Math.min(first + ROWS_AT_ONCE, range.rowEnd) });
    }
  }
}

async function* readRows(
  scan: ParquetScan,
  columns: Columns,
  rows: { readonly rowStart: number; readonly rowEnd: number },
): AsyncGenerator<TableText> {
  const read = async (column: string): Promise<ArrayLike<unknown>> => await scan.readColumn({ column, ...rows });
  const [texts, ids] = await asParquet(async () => [
    await read(columns.text),
    columns.id === undefined ? [] : await read(columns.id),
  ]);
  for (let row = rows.rowStart; row < rows.rowEnd; row++) {
    const at = row - rows.rowStart;
    yield toText({ line: row + 1, text: texts[at], id: ids[at] }, columns);
  }
}

function toText(
  row: { readonly line: number; readonly text: unknown; readonly id: unknown },
  columns: Columns,
): TableText {
  const { line, text, id } = row;
  const missing = typeof text !== 'string' ? columns.text : isId(id) || !columns.isIdAsked ? undefined : columns.id;
  if (missing !== undefined || typeof text !== 'string') {
    const message = `Row ${line} has nothing in '${missing}'.`;
    return { line, fault: { code: 'missing_required_parameter', message, param: missing ?? null } };
  }
  return { line, text, id: isId(id) ? id : undefined };
}

function isId(id: unknown): id is string | number | bigint {
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint';
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw tableFault('The file holds a text that is not UTF-8.', { cause });
  }
}
