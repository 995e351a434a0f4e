import { embedText } from '../../../apps/local-aws/src/engines/embeddings/embed-text.js';
import {
  few,
  rowsOf,
  wasPlanned,
  type Evidence,
  type StoredRow,
  type SubmittedLine,
  type Verdict,
} from './evidence.js';

/** Length of the vectors that lines ask for. */
export const DIMENSIONS = 8;

/** Each line has one recorded result: its custom_id stands once over both files, and no other does. */
export function judgeOneResultEach({ record, lines, output, errors }: Evidence): Verdict {
  if (!wasPlanned(record)) return [];
  const results = new Map<string, number>(lines.map(({ customId }) => [customId, 0]));
  const strangers: unknown[] = [];
  for (const { custom_id: id } of [...rowsOf(output), ...rowsOf(errors)]) {
    const before = id === null ? undefined : results.get(id);
    if (id === null || before === undefined) strangers.push(id);
    else results.set(id, before + 1);
  }
  const missing = [...results].filter(([, count]) => count === 0).map(([id]) => id);
  const repeated = [...results].filter(([, count]) => count > 1).map(([id]) => id);
  return [
    ...(missing.length === 0 ? [] : [`${missing.length} lines have no result: ${few(missing)}`]),
    ...(repeated.length === 0 ? [] : [`${repeated.length} lines have more than one result: ${few(repeated)}`]),
    ...(strangers.length === 0 ? [] : [`${strangers.length} results are of no line: ${few(strangers)}`]),
  ];
}

/** Both files are in input order, answers in one and errors in the other, and no id is used twice. */
export function judgeOrder({ lines, output, errors }: Evidence): Verdict {
  const place = new Map(lines.map(({ customId }, index) => [customId, index]));
  const [answers, failures] = [rowsOf(output), rowsOf(errors)];
  const complaints: string[] = [];
  for (const [name, rows] of [['output', answers] as const, ['error', failures] as const]) {
    const places = rows.map(({ custom_id: id }) => (id === null ? undefined : place.get(id)));
    const known = places.filter((index) => index !== undefined);
    if (known.some((index, at) => at > 0 && index <= (known[at - 1] ?? -1)))
      complaints.push(`the ${name} file is not in input order`);
  }
  if (!answers.every(isAnswer)) complaints.push('the output file holds a row that is no answer');
  if (failures.some(isAnswer)) complaints.push('the error file holds an answer');
  const ids = [...answers, ...failures].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) complaints.push('two rows have the same id');
  return complaints;
}

/** Each answer is the one to its own line, and the model was asked for it. */
export function judgeAnswers({ lines, output, calls }: Evidence): Verdict {
  const byId = new Map(lines.map((line) => [line.customId, line]));
  const asked = new Set(calls.flatMap(({ inputs }) => inputs));
  const wrong: unknown[] = [];
  const unasked: unknown[] = [];
  for (const row of rowsOf(output)) {
    const line = row.custom_id === null ? undefined : byId.get(row.custom_id);
    if (line === undefined) continue;
    if (row.response?.body.data?.[0]?.embedding !== answerTo(line)) wrong.push(row.custom_id);
    if (!asked.has(line.digest)) unasked.push(row.custom_id);
  }
  return [
    ...(wrong.length === 0 ? [] : [`${wrong.length} answers are not those of their lines: ${few(wrong)}`]),
    ...(unasked.length === 0 ? [] : [`${unasked.length} answers were never asked of the model: ${few(unasked)}`]),
  ];
}

/** Lines fail only where they may, for the reasons that they may. */
export function judgeFailures({ errors }: Evidence, mayFail: (row: StoredRow) => boolean): Verdict {
  const failed = rowsOf(errors).filter((row) => !mayFail(row));
  const shown = failed.map(({ custom_id: id, error, response }) => ({ id, error, response }));
  return failed.length === 0 ? [] : [`${failed.length} lines failed that must not: ${few(shown)}`];
}

/** What the embedding model of local-aws answers to a line. */
export function answerTo({ text }: Pick<SubmittedLine, 'text'>): string {
  return Buffer.from(embedText(text, DIMENSIONS).buffer).toString('base64');
}

function isAnswer({ response, error }: StoredRow): boolean {
  return response !== null && response.status_code < 400 && error === null;
}

/** For jobs that were cancelled: lines that nobody began or finished. */
export function mayBeCancelled({ error }: StoredRow): boolean {
  return error?.code === 'batch_cancelled';
}

/** For jobs whose time was over. */
export function mayBeExpired({ error }: StoredRow): boolean {
  return error?.code === 'batch_expired';
}
