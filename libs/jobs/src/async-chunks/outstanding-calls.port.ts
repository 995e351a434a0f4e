/** A chunk's claim on an endpoint's bound. */
export interface OutstandingClaim {
  readonly endpoint: string;
  /** Names the chunk, over all jobs. */
  readonly chunk: string;
  /** Calls of the chunk that may be waiting or running now. */
  readonly outstanding: number;
  /** Calls that it would submit. */
  readonly wanted: number;
  /** Calls that all chunks together may have outstanding. */
  readonly bound: number;
}

export interface OutstandingGrant {
  /** How many of the wanted calls may be submitted. */
  readonly granted: number;
  /** What all chunks have outstanding, the granted ones included. */
  readonly total: number;
}

/**
 * Who has how many calls outstanding at asynchronous endpoints, over all workers. A hint: chunks say it again at each
 * look.
 */
export abstract class OutstandingCalls {
  /**
   * What is free, but no more than the chunk's even share as long as another chunk wants more and has less than its own.
   * `undefined` when nobody can tell now.
   */
  abstract claim(claim: OutstandingClaim): Promise<OutstandingGrant | undefined>;
  abstract release(endpoint: string, chunk: string): Promise<void>;
}
