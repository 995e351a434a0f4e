import { parquetSchema, type FileMetaData, type SchemaElement } from 'hyparquet';
import { PARQUET_CODECS } from './parquet-file.js';
import { tableFault } from './table-text.js';

/** @throws GatewayError `invalid_value` where a column holds something else, or is packed in a way that is not known */
export function checkParquetColumns(
  metadata: FileMetaData,
  { text, id }: { readonly text: string; readonly id: string | undefined },
): void {
  const { children } = parquetSchema(metadata);
  const element = (name: string | undefined): SchemaElement | undefined =>
    children.find((child) => child.element.name === name)?.element;
  if (!isText(element(text))) throw tableFault(`The column '${text}' does not hold texts.`, { param: 'text_field' });
  const named = element(id);
  if (named !== undefined && !isText(named) && !isWholeNumber(named)) {
    throw tableFault(`The column '${id}' holds neither texts nor whole numbers.`, { param: 'id_field' });
  }
  const chunks = metadata.row_groups.flatMap(({ columns }) => columns.flatMap((column) => column.meta_data ?? []));
  for (const { codec, path_in_schema: path } of chunks) {
    const isWanted = path[0] === text || path[0] === id;
    if (!isWanted || codec === 'UNCOMPRESSED' || Object.hasOwn(PARQUET_CODECS, codec)) continue;
    const known = Object.keys(PARQUET_CODECS).join(', ');
    throw tableFault(`The column '${path[0]}' is compressed with ${codec}. Use ${known} or none.`);
  }
}

function isText(element: SchemaElement | undefined): boolean {
  return element?.type === 'BYTE_ARRAY' && element.repetition_type !== 'REPEATED';
}

/** Dates, times and decimals are stored as whole numbers, too. */
function isWholeNumber({ type, logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  if (type !== 'INT32' && type !== 'INT64') return false;
  return (
    (logical === undefined || logical.type === 'INTEGER') && (converted === undefined || /^U?INT_/.test(converted))
  );
}
