import { isUtf8 } from 'node:buffer';
import type { EmbeddingsOrder } from '#contracts';
import { GatewayError, scanJsonObject, type JsonBody } from '#platform';

/** One line of a file whose texts are embedded; both parts are JSON text. */
export interface EmbeddingLine {
  /** The text, as a JSON string. */
  readonly text: Buffer;
  /** The line's own id, a JSON string or number; `undefined` where it has none. */
  readonly id: Buffer | undefined;
  /** Of a table's row: where it stands in the table. */
  readonly line?: number;
}

interface LineFault {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

const DEFAULT_TEXT_FIELDS = ['text', 'input'];
const DEFAULT_ID_FIELD = 'id';

type ReadLine = { readonly ok: true; readonly line: EmbeddingLine } | { readonly ok: false; readonly fault: LineFault };

/** Whether the lines of a job are made from rows of a table, and stand apart from its input. */
export function isTable({ inputFormat }: EmbeddingsOrder): boolean {
  return inputFormat === 'csv' || inputFormat === 'parquet';
}

/** Reads one line as the order says, or says why it cannot be one. */
export function readEmbeddingLine(bytes: Buffer, order: EmbeddingsOrder): ReadLine {
  if (order.inputFormat === 'text') return readText(bytes);
  return isTable(order) ? readDerived(bytes) : readObject(bytes, order);
}

/** As `deriveLines` writes them. */
function readDerived(bytes: Buffer): ReadLine {
  const object = scanJsonObject(bytes);
  const text = object.raw('text');
  if (text === undefined) return refuse('missing_required_parameter', 'This line holds no text.', 'text');
  return { ok: true, line: { text, id: object.raw('id'), line: Number(object.value('line')) } };
}

function readText(bytes: Buffer): ReadLine {
  if (!isUtf8(bytes)) return refuse('invalid_utf8', 'This line is not UTF-8.', null);
  return { ok: true, line: { text: Buffer.from(JSON.stringify(bytes.toString('utf8'))), id: undefined } };
}

function readObject(bytes: Buffer, order: EmbeddingsOrder): ReadLine {
  let object: JsonBody;
  try {
    object = scanJsonObject(bytes);
  } catch (error) {
    if (!GatewayError.is(error)) throw error;
    return refuse('invalid_json_line', `This line is not a JSON object: ${error.message}`, null);
  }
  const fields = order.textField === null ? DEFAULT_TEXT_FIELDS : [order.textField];
  const textField = fields.find((field) => object.kind(field) === 'string');
  const text = textField === undefined ? undefined : object.raw(textField);
  return text === undefined ? missingText(order) : readId(object, text, order);
}

function readId(object: JsonBody, text: Buffer, { idField }: EmbeddingsOrder): ReadLine {
  const field = idField ?? DEFAULT_ID_FIELD;
  const kind = object.kind(field);
  if (kind === 'string' || kind === 'number') return { ok: true, line: { text, id: object.raw(field) } };
  if (kind === undefined && idField === null) return { ok: true, line: { text, id: undefined } };
  return refuse('invalid_type', `Each line needs a string or a number in '${field}'.`, field);
}

/** The call that a line stands for. */
export function embeddingBody({ text }: EmbeddingLine, order: EmbeddingsOrder): Buffer {
  const model = JSON.stringify(order.model);
  const dimensions = order.dimensions === null ? '' : `,"dimensions":${order.dimensions}`;
  return Buffer.concat([
    Buffer.from(`{"model":${model},"input":`),
    text,
    Buffer.from(`,"encoding_format":"${order.encodingFormat}"${dimensions}}`),
  ]);
}

function missingText(order: EmbeddingsOrder): ReadLine {
  const named = order.textField === null ? "'text' or 'input'" : `'${order.textField}'`;
  return refuse(
    'missing_required_parameter',
    `Each line needs a string in ${named}. Say with 'text_field' which member holds the text.`,
    order.textField ?? DEFAULT_TEXT_FIELDS[0] ?? null,
  );
}

function refuse(code: string, message: string, param: string | null): ReadLine {
  return { ok: false, fault: { code, message, param } };
}
