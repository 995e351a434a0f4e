/** What a create says of itself besides its body. */
export interface CreateAttempt {
  /** `Idempotency-Key`, where its sender chose one. */
  readonly key?: string;
  /** How often its sender has sent it before, as SDKs say in `x-stainless-retry-count`. */
  readonly retryCount: number;
}

/** What is created, and by what it is known again. */
export interface CreateSubject {
  readonly tenant: string;
  /** Keys of different routes have nothing to do with each other. */
  readonly route: 'files' | 'uploads' | 'batches' | 'jobs';
  /** Of the whole request. */
  readonly digest: string;
}

/** Where a create is to put what it makes. */
export interface CreatePlace {
  readonly id: string;
  readonly createdAtMs: number;
  /**
   * Writes down that this is what becomes of the request. Runs beside the first writes, and has to have succeeded before the
   * one that commits. @throws KeyTaken where something else has become of it
   */
  note(): Promise<void>;
}
