import type { TokenSums } from '#contracts';
import { rowsOf, wasPlanned, type Evidence, type StoredRow, type Verdict } from './evidence.js';

/** Conservation: completed + failed = total = lines. */
export function judgeConservation({ record, lines }: Evidence): Verdict {
  const { counts, status } = record;
  if (counts === null) return [`the record is ${status} without counts`];
  const { total, completed, failed } = counts;
  const complaints: string[] = [];
  if (completed + failed !== total) complaints.push(`completed ${completed} + failed ${failed} is not total ${total}`);
  const expected = wasPlanned(record) ? lines.length : 0;
  if (total !== expected) complaints.push(`total is ${total}, and ${expected} lines were planned`);
  return complaints;
}

/** The files hold exactly as many rows as the record counts. */
export function judgeFileCounts({ record, output, errors }: Evidence): Verdict {
  const { completed, failed } = record.counts ?? { completed: 0, failed: 0 };
  const [inOutput, inErrors] = [rowsOf(output).length, rowsOf(errors).length];
  const complaints: string[] = [];
  if (inOutput !== completed) complaints.push(`the output file has ${inOutput} rows, the record counts ${completed}`);
  if (inErrors !== failed) complaints.push(`the error file has ${inErrors} rows, the record counts ${failed}`);
  return complaints;
}

/** The record's usage is the sum of what its rows say they cost. */
export function judgeUsage({ record, output, errors }: Evidence): Verdict {
  if (!wasPlanned(record)) return [];
  const sum = [...rowsOf(output), ...rowsOf(errors)].map(tokensOf).reduce(addTokens, NO_TOKENS);
  const { usage } = record;
  if (usage?.input_tokens === sum.promptTokens && usage.total_tokens === sum.totalTokens) return [];
  return [`usage is ${JSON.stringify(usage)}, its rows cost ${JSON.stringify(sum)}`];
}

type Tokens = Pick<TokenSums, 'promptTokens' | 'totalTokens'>;

const NO_TOKENS: Tokens = { promptTokens: 0, totalTokens: 0 };

/** NaN where an answer does not say what it cost, which no sum hides. */
function tokensOf({ response }: StoredRow): Tokens {
  if (response === null || response.status_code >= 400) return NO_TOKENS;
  const { usage } = response.body;
  return { promptTokens: usage?.prompt_tokens ?? Number.NaN, totalTokens: usage?.total_tokens ?? Number.NaN };
}

function addTokens(a: Tokens, b: Tokens): Tokens {
  return { promptTokens: a.promptTokens + b.promptTokens, totalTokens: a.totalTokens + b.totalTokens };
}
