import type { BatchInputError, EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import { isBlankLine } from '../plan/check-request-line.js';
import { ChunkCutter } from '../plan/chunk-cutter.js';
import { mostReplyBytesOfOrder } from '../plan/most-reply-bytes.js';
import type { PlannedInput, PlanRules } from '../plan/plan-batch-input.js';
import { splitLines } from '../plan/split-lines.js';
import { readEmbeddingLine } from './read-embedding-line.js';

type EmbeddingsPlanRules = Omit<PlanRules, 'endpoint'> & { readonly order: EmbeddingsOrder };

/** Faults reported at most; more of them would not help a person. */
const MAX_ERRORS = 100;

/** Reads the texts of a job once, checks each line and cuts them into chunks. Blank lines are passed over. */
export async function planEmbeddingsInput(
  input: AsyncIterable<Uint8Array>,
  rules: EmbeddingsPlanRules,
): Promise<PlannedInput> {
  const { model } = rules.order;
  const refusal = rules.refuseModel(model);
  if (refusal !== undefined) return { ok: false, errors: [{ ...refusal, param: 'model', line: null }] };
  const cutter = new ChunkCutter(rules.chunk);
  const errors: BatchInputError[] = [];
  try {
    for await (const fault of faultsOf(input, cutter, rules)) {
      errors.push(fault);
      if (errors.length >= MAX_ERRORS) break;
    }
  } catch (error) {
    if (!GatewayError.is(error, 'string_above_max_length')) throw error;
    errors.push({ code: error.reason, message: error.message, param: null, line: Number(error.details?.['line']) });
  }
  const { chunks, total } = cutter.finish();
  if (total === 0 && errors.length === 0) {
    errors.push({ code: 'empty_file', message: 'The input file holds no texts.', param: null, line: null });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, model, total, chunks };
}

/** What is wrong with the lines, in their order; those that are right go to the cutter. */
async function* faultsOf(
  input: AsyncIterable<Uint8Array>,
  cutter: ChunkCutter,
  { order, maxLines, maxLineBytes }: EmbeddingsPlanRules,
): AsyncGenerator<BatchInputError> {
  const replyBytes = mostReplyBytesOfOrder(order);
  let lines = 0;
  for await (const line of splitLines(input, maxLineBytes)) {
    if (isBlankLine(line)) continue;
    lines++;
    if (lines > maxLines) {
      const message = `The file holds more than ${maxLines} lines. Split it into several jobs.`;
      yield { code: 'too_many_tasks', message, param: null, line: line.number };
      return;
    }
    const read = readEmbeddingLine(line.bytes, order);
    if (read.ok) cutter.add(line, { number: line.number, replyBytes });
    else yield { ...read.fault, line: line.number };
  }
}
