/**
 * What is meant to be called for one chunk, stored before the first call by create-only write: whoever takes the chunk
 * next knows under which names results come, whatever the last one got done.
 */
export interface AsyncIntent {
  readonly version: 1;
  /** Name of the endpoint, for logs and bounds. */
  readonly endpoint: string;
  /** Location, with a slash at its end, under which the endpoint writes the chunk's results. */
  readonly results: string;
  /** Path below the endpoint's output path; the tail of `results`. */
  readonly outputExtension: string;
  /** Key, with a slash at its end, under which inputs lie that do not travel inline. */
  readonly inputs: string;
  readonly calls: readonly AsyncCall[];
}

/** One call; its number is its index in the intent. */
export interface AsyncCall {
  /** Requests of the job that the call answers, by their index within the job. */
  readonly requests: readonly number[];
}

/** One attempt at one call. */
export interface CallTry {
  readonly call: number;
  /** From 1. */
  readonly try: number;
}

/**
 * Calls that are about to be submitted, stored before they are. Numbered by create-only writes, so that of two workers
 * with the same chunk one submits.
 */
export interface AsyncWave {
  readonly version: 1;
  /** From 1. */
  readonly number: number;
  /** Unix milliseconds; no submission of the wave begins later than `SUBMIT_WITHIN_MS` after it. */
  readonly atMs: number;
  readonly ttlSeconds: number;
  readonly timeoutSeconds: number;
  readonly tries: readonly CallTry[];
  /** Whether a tiny request that every healthy model answers goes along. */
  readonly canary: boolean;
}

/** What became of some submissions of a wave. A try that no receipt names may stand in the queue or not. */
export interface AsyncReceipt {
  readonly version: 1;
  readonly wave: number;
  readonly atMs: number;
  readonly accepted: readonly AcceptedTry[];
  /** Provably not in the queue. */
  readonly unsent: readonly CallTry[];
}

export interface AcceptedTry extends CallTry {
  /** Location of the failure; `null` where the endpoint keeps none. */
  readonly failure: string | null;
  /** Location of the result, where it is not the one that the intent foresees. */
  readonly output?: string;
}

/** How tries ended that gave no result. */
export interface AsyncVerdicts {
  readonly version: 1;
  readonly atMs: number;
  readonly verdicts: readonly AsyncVerdict[];
}

export interface AsyncVerdict extends CallTry {
  /**
   * `not-run`: expired in the queue, or nobody will ever know; says nothing. `endpoint`: the endpoint's own trouble.
   * `suspect`: may follow the content of the line.
   */
  readonly kind: 'not-run' | 'endpoint' | 'suspect';
  readonly reason: string;
  /** Of a suspect: what its row will say when it fails for good. */
  readonly refusal?: { readonly status: number; readonly body: string };
}

/** Everything that attempts at a chunk have written down, in no particular order. */
export interface AsyncHistory {
  readonly waves: readonly AsyncWave[];
  readonly receipts: readonly AsyncReceipt[];
  readonly verdicts: readonly AsyncVerdicts[];
}

/** Submissions of a wave begin within this time, or not at all: a worker that was frozen meanwhile submits nothing. */
export const SUBMIT_WITHIN_MS = 60_000;
