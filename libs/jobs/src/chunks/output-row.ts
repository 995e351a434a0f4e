import type { JobKind } from '#contracts';
import { embeddingErrorRow, embeddingRow } from '../embeddings/embedding-row.js';
import { pieceErrorRow, pieceRow } from '../recordings/piece-row.js';
import { NO_TOKENS, type FinishedRow } from './finished-row.js';
import type { LineResponse, RowSubject } from './row-subject.js';

const REQUEST_DIGITS = 6;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/**
 * A row that carries a model's answer, or its refusal (status 400 and above), in the form of the job's kind. The bytes
 * of the answer are kept.
 *
 * @throws GatewayError `upstream_garbage` when the answer does not hold what rows of this kind are made of.
 */
export function responseRow(subject: RowSubject, response: LineResponse): FinishedRow {
  const json = ROWS[subject.kind](subject, response);
  return {
    request: subject.request,
    ok: response.status < 400,
    json: onOneLine(json),
    usage: response.usage ?? NO_TOKENS,
  };
}

const ROWS = {
  batch: batchRow,
  embeddings: embeddingRow,
  transcription: pieceRow,
} as const satisfies Record<JobKind, (subject: RowSubject, response: LineResponse) => Buffer>;

function batchRow(subject: RowSubject, { status, requestId, body }: LineResponse): Buffer {
  const head = `${rowHead(subject)},"response":{"status_code":${status},"request_id":${JSON.stringify(requestId)},"body":`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('},"error":null}')]);
}

/** A row for a line that got no response at all. */
export function errorRow(subject: RowSubject, code: string, message: string): FinishedRow {
  return {
    request: subject.request,
    ok: false,
    json: ERROR_ROWS[subject.kind](subject, code, message),
    usage: NO_TOKENS,
  };
}

const ERROR_ROWS = {
  batch: batchErrorRow,
  embeddings: embeddingErrorRow,
  transcription: pieceErrorRow,
} as const satisfies Record<JobKind, (subject: RowSubject, code: string, message: string) => Buffer>;

function batchErrorRow(subject: RowSubject, code: string, message: string): Buffer {
  return Buffer.from(`${rowHead(subject)},"response":null,"error":${JSON.stringify({ code, message })}}`);
}

/** The row's id follows from job and line, so that a line done twice has the same id both times. */
function rowHead({ jobId, request, customId }: RowSubject): string {
  const id = `batch_req_${jobId.replace(/^[a-z]+_/, '')}${request.toString(36).padStart(REQUEST_DIGITS, '0')}`;
  return `{"id":"${id}","custom_id":${JSON.stringify(customId)}`;
}

/** Long enough for what stands in front of a row's first two members. */
const HEAD_BYTES = 128;
const JOB_ID_CHARACTERS = 21;

/** Index of the request that a row answers, from the row itself; `undefined` where it is no row of this kind. */
export function requestOfRow(kind: JobKind, row: Buffer): number | undefined {
  const head = row.toString('latin1', 0, HEAD_BYTES);
  if (kind !== 'batch') {
    const index = /^\{"(?:index|piece)":(\d+)[,}]/.exec(head)?.[1];
    return index === undefined ? undefined : Number(index);
  }
  const digits = /^\{"id":"batch_req_([0-9a-z]+)"/.exec(head)?.[1]?.slice(JOB_ID_CHARACTERS);
  return digits === undefined || digits === '' ? undefined : Number.parseInt(digits, 36);
}

/** Line breaks in JSON stand between tokens only, where a space means the same. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes(LINE_FEED) && !json.includes(CARRIAGE_RETURN)) return json;
  return Buffer.from(json.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte)));
}
