import { rowsPerReply, type PackLimits } from '#inference';
import { nextPackTokens, type PackMeasure } from './next-pack-tokens.js';
import type { PackBudget } from './pack.types.js';

/** Of the first shared call, before anybody knows how fast the endpoint is: seconds on a CPU, an instant on a GPU. */
const FIRST_TOKENS = 2048;
/** Below this the call itself costs more than its inputs. */
const MIN_TOKENS = 32;
/** As long as nobody knows how long the embeddings are, they are taken for long; no model in EMD's catalog exceeds it. */
const MOST_DIMENSIONS = 8192;
/** Room for the name and the encoding that the model server is sent. */
const ENVELOPE_BYTES = 1024;
/** So many times in a row a size has to fail, without a larger call that passes: once may be chance. */
const FAILURES_OF_SIZE = 2;
/** After this time a size that was refused is tried again: the container may have been deployed anew. */
const REFUSED_SIZE_MS = 600_000;

/** What this process has learned of one endpoint about how much a shared call may hold. */
export class PackPace {
  private tokens = FIRST_TOKENS;
  private dimensions: number | undefined;
  private tooLarge = { halfInputs: Number.POSITIVE_INFINITY, times: 0 };
  private ceiling = { inputs: Number.POSITIVE_INFINITY, untilMs: 0 };

  constructor(private readonly now: () => number = Date.now) {}

  /** What the next call may hold. */
  budget(limits: PackLimits): PackBudget {
    const rows = rowsPerReply(limits.payloadBytes, this.dimensions ?? MOST_DIMENSIONS, limits.replyEncoding);
    return {
      inputs: Math.min(limits.inputs, rows, this.ceilingInputs()),
      tokens: Math.min(limits.tokens, this.tokens),
      bytes: Math.max(0, limits.payloadBytes - ENVELOPE_BYTES),
    };
  }

  answered(measure: PackMeasure & { readonly inputs: number; readonly dimensions: number }, limits: PackLimits): void {
    if (measure.inputs > this.tooLarge.halfInputs) this.tooLarge = { halfInputs: Number.POSITIVE_INFINITY, times: 0 };
    this.dimensions = Math.max(this.dimensions ?? 0, measure.dimensions);
    this.measured(measure, limits);
  }

  /** A call that ran into its time limit is a measure too. */
  measured(measure: PackMeasure, { tokens, targetMs }: PackLimits): void {
    const bounds = { minTokens: Math.min(MIN_TOKENS, tokens), maxTokens: tokens, targetMs };
    this.tokens = nextPackTokens(this.tokens, measure, bounds);
  }

  /** Both halves of a call passed that failed as a whole: its size was to blame, not a line; or it was chance. */
  wasTooLarge(halfInputs: number): void {
    const times = this.tooLarge.times + 1;
    this.tooLarge = { halfInputs: Math.min(halfInputs, this.tooLarge.halfInputs), times };
    if (times < FAILURES_OF_SIZE) return;
    this.ceiling = { inputs: Math.min(halfInputs, this.ceilingInputs()), untilMs: this.now() + REFUSED_SIZE_MS };
  }

  private ceilingInputs(): number {
    return this.now() < this.ceiling.untilMs ? this.ceiling.inputs : Number.POSITIVE_INFINITY;
  }
}
