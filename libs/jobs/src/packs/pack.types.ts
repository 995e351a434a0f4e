import type { EmbeddingInputs } from '#inference';
import type { JsonBody } from '#platform';
import type { ChunkLine } from '../chunks/job-context.js';

/** A line whose inputs may travel with those of others. */
export interface PackLine {
  readonly line: ChunkLine;
  readonly body: JsonBody;
  readonly inputs: EmbeddingInputs;
  /** Estimated; never 0. */
  readonly tokens: number;
}

/** What one call may hold. */
export interface PackBudget {
  readonly inputs: number;
  /** Estimated tokens. */
  readonly tokens: number;
  /** Bytes of the whole request. */
  readonly bytes: number;
}

/** Lines, equal in everything but `input`, that share one call. Never empty. */
export interface Pack {
  readonly lines: readonly PackLine[];
  /** Sums over the lines. */
  readonly inputs: number;
  readonly tokens: number;
  /** Whether the budget left room for no further line; else there was none. */
  readonly isFull: boolean;
  /** Whether these lines have failed together before: the next time they are parted. */
  readonly isRepeated: boolean;
  /** The failed pack that this one is a half of. */
  readonly halfOf?: SplitPack;
}

/** A pack that failed and was parted. */
export interface SplitPack {
  /** Inputs of its larger half. */
  readonly halfInputs: number;
  /** Halves that were answered, each in one call. */
  answeredHalves: number;
}
