import type { BulkVia, JobEndpoint } from '#contracts';
import type { InferenceCall, InferenceReply, PackLimits, PieceBounds, SharingOptions } from '#inference';

/** Where a model's bulk calls go. */
export interface BulkTarget {
  /** Names the queue and the budget of calls; models on one endpoint share both. The first where a model has several. */
  readonly endpoint: string;
  /** Calls that a chunk makes side by side, at all members; how many run is decided for each endpoint as a whole. */
  readonly concurrency: number;
  /** How bulk and realtime share the endpoint; absent where realtime never goes. */
  readonly sharing?: SharingOptions;
  /** How far lines may share a call; absent = each has its own. */
  readonly packing?: PackLimits;
  /** Each endpoint of a model that has several, this one first; absent where this one is all. */
  readonly members?: readonly BulkTarget[];
}

/** What the job engine needs to know of models. */
export abstract class BulkModels {
  abstract targets(): readonly BulkTarget[];
  /**
   * `undefined` when no model of that name is known (any more).
   *
   * @param via What the job's plan says; a way that is not there any more gives the one that is.
   */
  abstract target(model: string, via?: BulkVia): BulkTarget | undefined;
  /** Says why a model cannot serve a batch of this endpoint, `undefined` when it can. */
  abstract refusal(
    model: string,
    endpoint: JobEndpoint,
  ): { readonly code: string; readonly message: string } | undefined;
  /** @throws GatewayError */
  abstract call(endpoint: JobEndpoint, call: InferenceCall): Promise<InferenceReply>;
  /** How long the pieces of a recording are for a model. */
  abstract pieceLimits(model: string): PieceBounds;
  /** A tiny request that a healthy model of this endpoint answers, to tell a broken endpoint from a bad line. */
  abstract canary(model: string, endpoint: JobEndpoint): Buffer;
}
