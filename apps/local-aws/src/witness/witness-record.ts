export type CallOutcome = 'ok' | 'error' | 'aborted';

/** One call of a model, as tests judge by it. */
export interface WitnessRecord {
  /** Counts calls in the order in which their processing began, from 1. */
  readonly sequence: number;
  /** When processing began, ISO 8601. */
  readonly time: string;
  readonly endpoint: string;
  readonly operation: string;
  /** SHA-256 (hexadecimal) of each input in the order of the call. */
  readonly inputs: readonly string[];
  readonly model: string;
  /** Calls in progress on the endpoint when this one began, itself included. */
  readonly concurrency: number;
  /** The id that the answer carried as `x-amzn-requestid`. */
  readonly requestId: string;
  /** The id that the caller gave the inference, if any. */
  readonly inferenceId?: string;
  /** vLLM's `priority`, where the body has a number there. */
  readonly priority?: number;
  /** `started` until the call has ended; it stays so for a call during which the stand-in itself was killed. */
  readonly state: 'started' | 'ended';
  /** `aborted`: the client left before it had the answer. */
  readonly outcome?: CallOutcome;
  readonly durationMs?: number;
}

export type WitnessedCall = Pick<
  WitnessRecord,
  'endpoint' | 'operation' | 'inputs' | 'model' | 'concurrency' | 'requestId' | 'inferenceId' | 'priority'
>;
