/** An object that holds finished rows of one chunk, in input order. */
export interface CommittedData {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** Tokens as the model servers counted them. */
export interface TokenSums {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  /** Of the prompt's tokens, those that came from a cache; absent where none did or the server does not say. */
  readonly cachedTokens?: number;
  /** Of the completion's tokens, those spent on reasoning; absent where none were or the server does not say. */
  readonly reasoningTokens?: number;
}

/** Model calls that were given up so that realtime need not wait for them, and made again. */
export interface YieldedCalls {
  readonly calls: number;
  /** Milliseconds that they had taken in all. */
  readonly callMs: number;
}

/**
 * The one result of a chunk, stored under `objectKeys.commit` by create-only write: the first commit wins and whatever
 * another attempt wrote is garbage. Counts and usage of a job are sums over its commits and nothing else.
 */
export interface ChunkCommit {
  readonly version: 1;
  readonly chunk: number;
  readonly attempt: string;
  /** Why the chunk was closed before its lines were done; `null` when they were. */
  readonly sealed: 'expired' | 'cancelled' | null;
  readonly output: CommittedData | null;
  readonly errors: CommittedData | null;
  readonly completed: number;
  readonly failed: number;
  readonly usage: TokenSums;
  /** Of all attempts but those whose workers died; absent = none. */
  readonly yielded?: YieldedCalls;
  /** Milliseconds for which the same attempts stood still for want of a slot on the endpoint; absent = none. */
  readonly waitedMs?: number;
}
