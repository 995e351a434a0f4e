import type { JobEndpoint, BatchInputError, JobPlan } from '#contracts';
import { GatewayError, type JsonBody } from '#platform';
import { checkRequestLine, type RequestLine } from './check-request-line.js';
import { ChunkCutter, type ChunkBounds } from './chunk-cutter.js';
import { CustomIdSet } from './custom-id-set.js';
import { eachLine } from './each-line.js';
import { mostReplyBytes } from './most-reply-bytes.js';
import type { InputLine } from './split-lines.js';
import type { FoundRepeats } from '../repeats/repeats-search.js';

export interface PlanRules {
  readonly endpoint: JobEndpoint;
  readonly maxLines: number;
  readonly maxLineBytes: number;
  readonly chunk: ChunkBounds;
  /** Says why a model cannot serve this batch, `undefined` when it can. */
  refuseModel(model: string): { readonly code: string; readonly message: string } | undefined;
  /** Says what is wrong with a body of this endpoint; absent where the model is left to say so. */
  refuseBody?(body: JsonBody, line: number): Omit<BatchInputError, 'line'> | undefined;
}

export type PlannedInput =
  | ({ readonly ok: true } & Pick<JobPlan, 'model' | 'total' | 'chunks' | 'textBytes'> & {
        /** Present where equal texts are to be embedded once. */
        readonly repeats?: FoundRepeats;
      })
  | { readonly ok: false; readonly errors: readonly BatchInputError[] };

/** Faults reported at most; more of them would not help a person. */
const MAX_ERRORS = 100;

/** Reads an input once, checks each line and cuts it into chunks. Lets other work of the process have its turn. */
export async function planBatchInput(input: AsyncIterable<Uint8Array>, rules: PlanRules): Promise<PlannedInput> {
  const check = new InputCheck(rules);
  try {
    await eachLine(input, rules.maxLineBytes, (line) => {
      check.take(line);
      return !check.isHopeless();
    });
  } catch (error) {
    if (!GatewayError.is(error, 'string_above_max_length')) throw error;
    check.fail('string_above_max_length', error.message, null, Number(error.details?.['line']));
  }
  return check.result();
}

class InputCheck {
  private readonly errors: BatchInputError[] = [];
  private readonly customIds = new CustomIdSet();
  private readonly cutter: ChunkCutter;
  private model: string | undefined;
  private lines = 0;

  constructor(private readonly rules: PlanRules) {
    this.cutter = new ChunkCutter(rules.chunk);
  }

  take(line: InputLine): void {
    this.lines++;
    if (this.lines > this.rules.maxLines) {
      if (this.lines === this.rules.maxLines + 1) {
        const message = `The file holds more than ${this.rules.maxLines} requests. Split it into several batches.`;
        this.fail('too_many_tasks', message, null, line.number);
      }
      return;
    }
    const checked = checkRequestLine(line, this.rules.endpoint, this.model);
    if (!checked.ok) {
      this.errors.push(checked.error);
      return;
    }
    this.takeRequest(checked.request, line);
  }

  private takeRequest(request: RequestLine, line: InputLine): void {
    if (!this.customIds.add(request.customId)) {
      const message = `The custom_id '${request.customId}' stands on an earlier line. Each line needs its own.`;
      this.fail('duplicate_custom_id', message, 'custom_id', line.number);
      return;
    }
    if (this.model === undefined) {
      this.model = request.model;
      const refusal = this.rules.refuseModel(request.model);
      if (refusal !== undefined) this.fail(refusal.code, refusal.message, 'body.model', line.number);
    } else if (this.model !== request.model) {
      const message = `All lines must name the same model: this one has '${request.model}', the first has '${this.model}'.`;
      this.fail('model_mismatch', message, 'body.model', line.number);
      return;
    }
    const fault = this.rules.refuseBody?.(request.body, line.number);
    if (fault !== undefined) {
      this.errors.push({ ...fault, line: line.number });
      return;
    }
    this.cutter.add(line, { replyBytes: mostReplyBytes(this.rules.endpoint, request.body) });
  }

  fail(code: string, message: string, param: string | null, line: number | null): void {
    this.errors.push({ code, message, param, line });
  }

  isHopeless(): boolean {
    return this.errors.length >= MAX_ERRORS || this.lines > this.rules.maxLines;
  }

  result(): PlannedInput {
    if (this.lines === 0) {
      this.fail('empty_file', 'The input file holds no requests. Write one JSON object per line.', null, null);
    }
    if (this.errors.length > 0) return { ok: false, errors: this.errors.slice(0, MAX_ERRORS) };
    return { ok: true, model: this.model ?? '', ...this.cutter.finish() };
  }
}
