import type { BatchInputError } from '#contracts';
import { GatewayError } from '#platform';

/** A row of a table: its text and its own id, or why it has none. */
export type TableText =
  | {
      /** Line of the file on which the row begins, or the row's own number where a file has no lines; from 1. */
      readonly line: number;
      readonly text: string;
      readonly id: string | number | bigint | undefined;
    }
  | { readonly line: number; readonly fault: Omit<BatchInputError, 'line'> };

/** Why a file is no table, or one that cannot be read any further; `line` is where that was seen. */
export function tableFault(
  message: string,
  { param, line, cause }: { readonly param?: string; readonly line?: number; readonly cause?: unknown } = {},
): GatewayError {
  return new GatewayError('invalid_value', message, {
    cause,
    details: { line: line ?? null },
    ...(param === undefined ? {} : { param }),
  });
}

/** Column names that are looked for where an order names none, the first that is there. */
const DEFAULT_TEXT_COLUMNS = ['text', 'input'];
const DEFAULT_ID_COLUMN = 'id';

/**
 * The columns that an order means.
 *
 * @throws GatewayError `invalid_value` with the names that are there.
 */
export function chooseColumns(
  names: readonly string[],
  { textField, idField }: { readonly textField: string | null; readonly idField: string | null },
): { readonly text: string; readonly id: string | undefined } {
  const text = textField === null ? DEFAULT_TEXT_COLUMNS.find((name) => names.includes(name)) : textField;
  const id = idField ?? (names.includes(DEFAULT_ID_COLUMN) ? DEFAULT_ID_COLUMN : undefined);
  const there = `The columns are ${names
    .slice(0, MOST_NAMES)
    .map((name) => `'${name.slice(0, MOST_CHARACTERS)}'`)
    .join(', ')}${names.length > MOST_NAMES ? ' and others' : ''}.`;
  if (text === undefined || !names.includes(text)) {
    const wanted = textField === null ? "'text' or 'input'" : `'${textField}'`;
    throw tableFault(`There is no column ${wanted}. Say with 'text_field' which one holds the texts. ${there}`, {
      param: 'text_field',
    });
  }
  if (id !== undefined && !names.includes(id)) {
    throw tableFault(`There is no column '${id}'. ${there}`, { param: 'id_field' });
  }
  return { text, id };
}

const MOST_NAMES = 20;
const MOST_CHARACTERS = 64;
