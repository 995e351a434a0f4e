import { readOnlyEmbedding } from '#inference';
import { GatewayError, scanJsonObject } from '#platform';
import { readVector } from './vectors/read-vector.js';
import type { LineResponse, RowSubject } from '../chunks/row-subject.js';

/**
 * The row of a line that was answered: its place, its id and its vector, whose bytes are the model server's; or why it
 * was refused.
 *
 * @throws GatewayError `upstream_garbage` when the answer holds no vector.
 */
export function embeddingRow(subject: RowSubject, { status, body, usage }: LineResponse): Buffer {
  if (status >= 400) {
    const error = scanJsonObject(body).raw('error') ?? Buffer.from('null');
    return Buffer.concat([Buffer.from(`${rowHead(subject)},"status":${status},"error":`), error, CLOSE]);
  }
  const tokens = usage === undefined ? '' : `,"tokens":${usage.promptTokens}`;
  const embedding = readOnlyEmbedding(body);
  if (subject.isForTable === true && readVector(embedding) === undefined) throw noNumbers();
  return Buffer.concat([Buffer.from(`${rowHead(subject)}${EMBEDDING}`), embedding, Buffer.from(`${tokens}}`)]);
}

function noNumbers(): GatewayError {
  return new GatewayError('upstream_garbage', 'The model server answered with an embedding that holds no numbers.');
}

/** The row of a line that was never answered. */
export function embeddingErrorRow(subject: RowSubject, code: string, message: string): Buffer {
  return Buffer.from(`${rowHead(subject)},"error":${JSON.stringify({ code, message })}}`);
}

const CLOSE = Buffer.from('}');

/**
 * The row of a line whose text is that of another, which was called: the same but for its place and its id. Tokens were
 * spent once.
 */
export function copyEmbeddingRow(row: Buffer, of: RowSubject, copy: RowSubject): Buffer {
  return withHeadOf(copy, row.subarray(Buffer.byteLength(rowHead(of))));
}

/** The same of a row with a vector whose line nobody knows: its id, a string or a number of JSON, cannot hold what follows it. */
export function copyVectorRow(row: Buffer, copy: RowSubject): Buffer {
  return withHeadOf(copy, row.subarray(row.indexOf(EMBEDDING)));
}

const EMBEDDING = ',"embedding":';

function withHeadOf(copy: RowSubject, rest: Buffer): Buffer {
  const tokens = rest.lastIndexOf(TOKENS);
  const isAnswer = tokens !== -1 && DIGITS.test(rest.toString('latin1', tokens + TOKENS.length));
  const kept = isAnswer ? [rest.subarray(0, tokens + TOKENS.length), NONE] : [rest];
  return Buffer.concat([Buffer.from(rowHead(copy)), ...kept]);
}

const TOKENS = Buffer.from(',"tokens":');
const NONE = Buffer.from('0}');
const DIGITS = /^\d+\}$/;

/** `index` counts the texts from 0, `line` the file's lines from 1: blank lines are no texts. */
function rowHead({ request, line, customId }: RowSubject): string {
  const number = line === undefined ? '' : `,"line":${line}`;
  const id = customId === null || customId === '' ? '' : `,"id":${customId}`;
  return `{"index":${request}${number}${id}`;
}
