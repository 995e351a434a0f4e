import type { TokenSums } from '#contracts';

/** One finished line of a job: what will stand in the output or the error file, and what it cost. */
export interface FinishedRow {
  /** Index of the request within the job, from 0. */
  readonly request: number;
  /** Whether it belongs into the output file; else into the error file. */
  readonly ok: boolean;
  /** The JSON line without its line feed. */
  readonly json: Buffer;
  readonly usage: TokenSums;
}

export const NO_TOKENS: TokenSums = { promptTokens: 0, completionTokens: 0, totalTokens: 0 };

export function addTokens(a: TokenSums, b: TokenSums): TokenSums {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    totalTokens: a.totalTokens + b.totalTokens,
  };
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const HEADER_FIELDS = 5;

/** Rows as a checkpoint holds them: five numbers, then the JSON line, so that reading one back parses no answer. */
export function encodeCheckpoint(rows: readonly FinishedRow[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { request, ok, json, usage } of rows) {
    const { promptTokens, completionTokens, totalTokens } = usage;
    pieces.push(
      Buffer.from(`${request} ${ok ? 1 : 0} ${promptTokens} ${completionTokens} ${totalTokens} `),
      json,
      NEWLINE,
    );
  }
  return Buffer.concat(pieces);
}

const NEWLINE = Buffer.from('\n');

export function decodeCheckpoint(bytes: Buffer): FinishedRow[] {
  const rows: FinishedRow[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, at);
    const numbers: number[] = [];
    while (numbers.length < HEADER_FIELDS) {
      const space = bytes.indexOf(SPACE, at);
      numbers.push(Number(bytes.toString('latin1', at, space)));
      at = space + 1;
    }
    const [request = 0, ok = 0, promptTokens = 0, completionTokens = 0, totalTokens = 0] = numbers;
    rows.push({
      request,
      ok: ok === 1,
      json: bytes.subarray(at, end),
      usage: { promptTokens, completionTokens, totalTokens },
    });
    at = end + 1;
  }
  return rows;
}
