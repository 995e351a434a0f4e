import type { BatchInputError, EmbeddingsOrder } from '#contracts';
import { GatewayError } from '#platform';
import { ChunkCutter } from '../plan/chunk-cutter.js';
import { eachLine } from '../plan/each-line.js';
import { mostReplyBytesOfOrder } from '../plan/most-reply-bytes.js';
import type { PlannedInput, PlanRules } from '../plan/plan-batch-input.js';
import type { InputLine } from '../plan/split-lines.js';
import { RepeatsSearch } from '../repeats/repeats-search.js';
import { isTable, readEmbeddingLine } from './read-embedding-line.js';

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
  const check = new TextsCheck(rules);
  try {
    await eachLine(input, rules.maxLineBytes, (line) => check.take(line));
  } catch (error) {
    if (!GatewayError.is(error, 'string_above_max_length')) throw error;
    check.fail({ code: error.reason, message: error.message, param: null, line: Number(error.details?.['line']) });
  }
  return check.result();
}

class TextsCheck {
  private readonly errors: BatchInputError[] = [];
  private readonly cutter: ChunkCutter;
  private readonly replyBytes: number | undefined;
  private readonly repeats: RepeatsSearch | undefined;
  private lines = 0;
  private textBytes = 0;

  constructor(private readonly rules: EmbeddingsPlanRules) {
    this.cutter = new ChunkCutter(rules.chunk);
    this.replyBytes = mostReplyBytesOfOrder(rules.order);
    if (rules.order.deduplicate === true) this.repeats = new RepeatsSearch();
  }

  /** False once no further line makes a difference. */
  take(line: InputLine): boolean {
    const { order, maxLines } = this.rules;
    this.lines++;
    if (this.lines > maxLines) {
      const message = `The file holds more than ${maxLines} lines. Split it into several jobs.`;
      this.fail({ code: 'too_many_tasks', message, param: null, line: line.number });
      return false;
    }
    const read = readEmbeddingLine(line.bytes, order);
    if (read.ok) {
      this.cutter.add(line, { ...this.numberOf(line), replyBytes: this.replyBytes });
      this.textBytes += read.line.text.length;
      this.repeats?.take(read.line.text);
    } else this.fail({ ...read.fault, line: line.number });
    return this.errors.length < MAX_ERRORS;
  }

  /** Rows of a table say themselves where they stand. */
  private numberOf({ number }: InputLine): { readonly number?: number } {
    return isTable(this.rules.order) ? {} : { number };
  }

  fail(error: BatchInputError): void {
    this.errors.push(error);
  }

  result(): PlannedInput {
    const { chunks, total } = this.cutter.finish();
    if (this.lines === 0 && this.errors.length === 0) {
      this.fail({ code: 'empty_file', message: 'The input file holds no texts.', param: null, line: null });
    }
    if (this.errors.length > 0) return { ok: false, errors: this.errors };
    const repeats = this.repeats?.result(chunks);
    const planned = { ok: true, model: this.rules.order.model, total, textBytes: this.textBytes } as const;
    return repeats === undefined ? { ...planned, chunks } : { ...planned, chunks: repeats.chunks, repeats };
  }
}
