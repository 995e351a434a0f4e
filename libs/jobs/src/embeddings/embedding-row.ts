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
  return Buffer.concat([Buffer.from(`${rowHead(subject)},"embedding":`), embedding, Buffer.from(`${tokens}}`)]);
}

function noNumbers(): GatewayError {
  return new GatewayError('upstream_garbage', 'The model server answered with an embedding that holds no numbers.');
}

/** The row of a line that was never answered. */
export function embeddingErrorRow(subject: RowSubject, code: string, message: string): Buffer {
  return Buffer.from(`${rowHead(subject)},"error":${JSON.stringify({ code, message })}}`);
}

const CLOSE = Buffer.from('}');

/** `index` counts the texts from 0, `line` the file's lines from 1: blank lines are no texts. */
function rowHead({ request, line, customId }: RowSubject): string {
  const number = line === undefined ? '' : `,"line":${line}`;
  const id = customId === null || customId === '' ? '' : `,"id":${customId}`;
  return `{"index":${request}${number}${id}`;
}
