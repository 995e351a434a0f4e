import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import type { EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import { Turns } from '../../plan/turns.js';
import { LineCounter } from './line-counter.js';
import { chooseColumns, tableFault, type TableText } from './table-text.js';

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: Info;
}

interface Columns {
  readonly count: number;
  readonly text: number;
  /** -1 = none. */
  readonly id: number;
}

/**
 * The texts of a CSV file with a header row: RFC 4180, lines that end with a line feed alone or behind a carriage return, a
 * byte order mark accepted. Holds a row at a time.
 *
 * @param maxRowBytes Of a row in the file.
 * @throws GatewayError `invalid_value` for what is no such file; `details.line` says where.
 */
export async function* csvTexts(
  input: Readable,
  order: Pick<EmbeddingsOrder, 'delimiter' | 'textField' | 'idField'>,
  maxRowBytes: number,
): AsyncGenerator<TableText> {
  const lines = new LineCounter();
  const turns = new Turns();
  const parser = parse({
    bom: true,
    delimiter: order.delimiter ?? ',',
    info: true,
    max_record_size: maxRowBytes,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  // What goes wrong before the parser ends it, and the loop below throws it.
  pipeline(checkedBytes(input, lines), parser, () => undefined);
  let columns: Columns | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      const line = lines.take(info.bytes);
      if (columns === undefined) columns = readHeader(record, order);
      else yield readRow(record, columns, line - lineFeedsIn(record));
      if (turns.step()) await turns.pass();
    }
  } catch (error) {
    throw error instanceof CsvError ? describe(error, lines) : error;
  } finally {
    parser.destroy();
  }
}

/** @throws GatewayError `invalid_value` where the bytes are not UTF-8 */
async function* checkedBytes(input: Readable, lines: LineCounter): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let place = 0;
  const check = (piece: Buffer | undefined): void => {
    try {
      decoder.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      const line = lines.take(place);
      throw tableFault('The file is not UTF-8.', { line, cause });
    }
  };
  for await (const piece of input as AsyncIterable<Buffer>) {
    check(piece);
    lines.push(piece);
    place += piece.length;
    yield piece;
  }
  check(undefined);
}

function readHeader(names: readonly string[], order: Pick<EmbeddingsOrder, 'textField' | 'idField'>): Columns {
  const { text, id } = chooseColumns(names, order);
  return { count: names.length, text: names.indexOf(text), id: id === undefined ? -1 : names.indexOf(id) };
}

function readRow(record: readonly string[], { count, text, id }: Columns, line: number): TableText {
  if (record.length === count) return { line, text: record[text] ?? '', id: record[id] };
  const message = `This row has ${record.length} fields, the header has ${count}. A field that holds the delimiter, a quote or a line break must stand in quotes.`;
  return { line, fault: { code: 'invalid_csv_row', message, param: null } };
}

function lineFeedsIn(record: readonly string[]): number {
  let count = 0;
  for (const field of record) {
    for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) count++;
  }
  return count;
}

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote that opens here is never closed.',
  CSV_INVALID_CLOSING_QUOTE:
    'Something stands between a closing quote and the next field. Write a quote inside quotes twice.',
  INVALID_OPENING_QUOTE:
    'A quote stands inside a field that does not begin with one. Put such a field in quotes, and write the quote twice.',
  CSV_MAX_RECORD_SIZE: 'This row is longer than a line may be. Is a quote never closed?',
};

function describe(error: CsvError, lines: LineCounter): GatewayError {
  // The row begins behind the last one that was read.
  const line = lines.take(Number(error['bytes_records']) + 1);
  const message = FAULTS[error.code] ?? `The row cannot be read: ${error.message}`;
  return tableFault(message, { line, cause: error });
}
