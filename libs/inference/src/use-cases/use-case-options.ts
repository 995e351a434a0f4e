import type { RowConverter } from '../adapters/embeddings/row-converter.js';
import type { ModelTarget } from '../catalog/model-entry.types.js';
import type { Operation } from '../inference.types.js';

/** How one call upstream ended, for metrics: `ok` or the reason of its failure. */
export type CallObserver = (call: {
  readonly model: string;
  readonly operation: Operation;
  readonly outcome: string;
  readonly seconds: number;
}) => void;

export interface UseCaseOptions {
  /** Attempts after the first, before the first byte of an answer. */
  readonly maxRetries: number;
  /** Milliseconds for which the status of a stream is held back for its first event. */
  readonly holdMs: number;
  /** Milliseconds of silence after which a stream shows that it is alive. */
  readonly keepAliveMs: number;
  /** Realtime calls of this process at an endpoint; what models with several are called by. Absent = in turn. */
  readonly inFlightAt?: (target: ModelTarget) => number;
  readonly observe?: CallObserver;
  /** Shared by all who convert embeddings, since it holds threads; whoever made it closes it. */
  readonly converter?: RowConverter;
}
