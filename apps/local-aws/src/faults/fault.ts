/** A failure to be produced on demand. Which kinds exist is for the service that the fault targets to say. */
export interface Fault {
  readonly id?: string;
  /** `s3` or an endpoint name. */
  readonly target: string;
  /** An operation of the target such as `PutObject` or `InvokeEndpoint`; absent means any. */
  readonly operation?: string;
  /** S3 only: source of a regular expression on the object key. */
  readonly keyPattern?: string;
  readonly kind: string;
  /** So many requests that match pass before it fires for the first time: a point in a job's life that is the same each time. */
  readonly skip?: number;
  /** How often it fires; absent means until it is removed. */
  readonly times?: number;
  /** 0 to 1, default 1; drawn from a generator that starts at `seed`, so a run can be repeated. */
  readonly probability?: number;
  readonly seed?: number;
  /** The fault ends by itself this long after it was set. */
  readonly durationMs?: number;
  readonly delayMs?: number;
  readonly status?: number;
  readonly message?: string;
  readonly afterBytes?: number;
  readonly afterParts?: number;
  /** Fires the first time each distinct key is touched, and never again for that key. */
  readonly oncePerKey?: boolean;
}
