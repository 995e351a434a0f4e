import { skimJsonArray } from '../openai/skim-json-array.js';
import { skimJsonObject } from '../openai/skim-json.js';
import { garbage } from '../openai/upstream-answers.js';
import type { EmbeddingEncoding } from './embedding-encodings.js';

const WHAT = 'a list of embeddings';
const QUOTE = 0x22;
const OPEN_ARRAY = 0x5b;

/**
 * JSON text of each embedding of an answer in OpenAI's shape, in the order of the inputs. For inputs of several owners,
 * whose embeddings must not be mixed up: each of `0` to `inputs - 1` has to stand in `index` exactly once.
 *
 * @throws UpstreamFailure `upstream_garbage`.
 */
export function readIndexedRows(answer: Buffer, inputs: number): readonly Buffer[] {
  const data = skimJsonObject(answer)?.body.raw('data');
  if (data === undefined) throw garbage(WHAT);
  const rows = rowsOfData(data, { needsIndex: true });
  if (rows.length !== inputs) throw garbage(WHAT);
  for (const row of rows) encodingOfRow(row);
  return rows;
}

/**
 * JSON text of each embedding of a `data` array, put in the order of their `index` members where all have one.
 *
 * @throws UpstreamFailure `upstream_garbage`.
 */
export function rowsOfData(data: Buffer, { needsIndex = false } = {}): readonly Buffer[] {
  const items = skimJsonArray(data);
  if (items === undefined) throw garbage(WHAT);
  const rows = Array.from<Buffer | undefined>({ length: items.length });
  const isOrdered = items.every((item, position) => {
    const { row, index } = readItem(item);
    if (index === undefined && needsIndex) return false;
    if (index === undefined) rows[position] = row;
    else if (index >= 0 && index < items.length && rows[index] === undefined) rows[index] = row;
    else return false;
    return true;
  });
  if (!isOrdered || rows.includes(undefined)) throw garbage(WHAT);
  return rows as Buffer[];
}

function readItem(item: Buffer): { readonly row: Buffer; readonly index: number | undefined } {
  const fields = skimJsonObject(item)?.body;
  const row = fields?.raw('embedding');
  if (fields === undefined || row === undefined) throw garbage(WHAT);
  const index = fields.kind('index') === 'number' ? (fields.value('index') as number) : undefined;
  return { row, index };
}

/** What a row holds, told from its first byte. @throws UpstreamFailure `upstream_garbage` when it is neither. */
export function encodingOfRow(row: Buffer | undefined): EmbeddingEncoding {
  if (row?.[0] === QUOTE) return 'base64';
  if (row?.[0] === OPEN_ARRAY) return 'float';
  throw garbage(WHAT);
}
