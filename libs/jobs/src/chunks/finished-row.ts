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
    ...sumOf('cachedTokens', a, b),
    ...sumOf('reasoningTokens', a, b),
  };
}

/** The sum of a detail; absent where neither has it, as records from before there were details are. */
function sumOf(detail: (typeof DETAILS)[number], a: TokenSums, b: TokenSums): Partial<TokenSums> {
  const sum = (a[detail] ?? 0) + (b[detail] ?? 0);
  return sum === 0 ? {} : { [detail]: sum };
}

const DETAILS = ['cachedTokens', 'reasoningTokens'] as const;

/**
 * The two forms of a checkpoint. A worker from before there were details reads `plain` ones and does not look for
 * others, so it calls a few lines again and corrupts none.
 */
export type CheckpointForm = 'plain' | 'detailed';

/** The form that loses nothing of these rows. */
export function formOf(rows: readonly FinishedRow[]): CheckpointForm {
  return rows.some(({ usage }) => DETAILS.some((detail) => usage[detail] !== undefined)) ? 'detailed' : 'plain';
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const HEADER_FIELDS = { plain: 5, detailed: 7 } as const;

/** Rows as a checkpoint holds them: five or seven numbers, then the JSON line, so that reading one back parses no answer. */
export function encodeCheckpoint(rows: readonly FinishedRow[], form: CheckpointForm = 'plain'): Buffer {
  const pieces: Buffer[] = [];
  for (const { request, ok, json, usage } of rows) {
    const { promptTokens, completionTokens, totalTokens, cachedTokens = 0, reasoningTokens = 0 } = usage;
    const details = form === 'detailed' ? `${cachedTokens} ${reasoningTokens} ` : '';
    const head = `${request} ${ok ? 1 : 0} ${promptTokens} ${completionTokens} ${totalTokens} ${details}`;
    pieces.push(Buffer.from(head), json, NEWLINE);
  }
  return Buffer.concat(pieces);
}

const NEWLINE = Buffer.from('\n');

export function decodeCheckpoint(bytes: Buffer, form: CheckpointForm = 'plain'): FinishedRow[] {
  const rows: FinishedRow[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, at);
    const numbers: number[] = [];
    while (numbers.length < HEADER_FIELDS[form]) {
      const space = bytes.indexOf(SPACE, at);
      numbers.push(Number(bytes.toString('latin1', at, space)));
      at = space + 1;
    }
    const [request = 0, ok = 0, promptTokens = 0, completionTokens = 0, totalTokens = 0, ...details] = numbers;
    rows.push({
      request,
      ok: ok === 1,
      json: bytes.subarray(at, end),
      usage: { promptTokens, completionTokens, totalTokens, ...detailsOf(details) },
    });
    at = end + 1;
  }
  return rows;
}

function detailsOf([cachedTokens = 0, reasoningTokens = 0]: readonly number[]): Partial<TokenSums> {
  return { ...(cachedTokens === 0 ? {} : { cachedTokens }), ...(reasoningTokens === 0 ? {} : { reasoningTokens }) };
}
