import type { TokenSums } from '#contracts';
import { NO_TOKENS, type FinishedRow } from './finished-row.js';

/** Which line a row answers. */
export interface RowSubject {
  readonly jobId: string;
  /** Index of the request within the job, from 0. */
  readonly request: number;
  /** `null` only where the input is gone and nobody can tell any more. */
  readonly customId: string | null;
}

const REQUEST_DIGITS = 6;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** A row that carries a model's answer, or its refusal (status 400 and above), as the response. The body's bytes are kept. */
export function responseRow(
  subject: RowSubject,
  response: {
    readonly status: number;
    readonly requestId: string;
    readonly body: Buffer;
    readonly usage: TokenSums | undefined;
  },
): FinishedRow {
  const head = `${rowHead(subject)},"response":{"status_code":${response.status},"request_id":${JSON.stringify(response.requestId)},"body":`;
  return {
    request: subject.request,
    ok: response.status < 400,
    json: Buffer.concat([Buffer.from(head), onOneLine(response.body), Buffer.from('},"error":null}')]),
    usage: response.usage ?? NO_TOKENS,
  };
}

/** A row for a line that got no response at all. */
export function errorRow(subject: RowSubject, code: string, message: string): FinishedRow {
  const json = `${rowHead(subject)},"response":null,"error":${JSON.stringify({ code, message })}}`;
  return { request: subject.request, ok: false, json: Buffer.from(json), usage: NO_TOKENS };
}

/** The row's id follows from job and line, so that a line done twice has the same id both times. */
function rowHead({ jobId, request, customId }: RowSubject): string {
  const id = `batch_req_${jobId.replace(/^[a-z]+_/, '')}${request.toString(36).padStart(REQUEST_DIGITS, '0')}`;
  return `{"id":"${id}","custom_id":${JSON.stringify(customId)}`;
}

/** Line breaks in JSON stand between tokens only, where a space means the same. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes(LINE_FEED) && !json.includes(CARRIAGE_RETURN)) return json;
  return Buffer.from(json.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte)));
}
