import type { JobEndpoint, JobObject, TranscriptionFormat, TranscriptionOrder } from '#contracts';
import type { GatewayError } from '#platform';
import type { BatchCaller } from '../batches/batches.port.js';

export interface RecordingRequest {
  readonly filename: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly endpoint: Extract<JobEndpoint, `/v1/audio/${string}`>;
  /** Read once `content` has ended: in a form fields may come behind the file. */
  order(): TranscriptionOrder;
  /** The caller says that this is a request that it has sent before. */
  readonly isRetry: boolean;
  readonly signal?: AbortSignal;
}

/** A recording that is being transcribed, and how to leave it. */
export interface RecordingTicket {
  readonly jobId: string;
  readonly digest: string;
  /** When this caller came to wait, Unix milliseconds. */
  readonly joinedAtMs: number;
}

export interface RenderedText {
  readonly body: Buffer;
  readonly contentType: string;
  /** Whether all of the recording is in it. */
  readonly isComplete: boolean;
}

export type RecordingState =
  | { readonly kind: 'running' }
  | { readonly kind: 'done' }
  /** It has ended without a whole transcript. */
  | { readonly kind: 'failed'; readonly error: GatewayError };

/** A recording up to the first piece that is missing. Seconds. */
export interface HeardSoFar {
  readonly text: string;
  /** Of all of the recording. */
  readonly durationSeconds: number;
  readonly segments: readonly { readonly end: number; readonly text: string }[];
}

export interface RecordingFollower {
  /** What has been heard once more of it has; `undefined` where that is no more than the last time, and at first nothing. */
  next(): Promise<HeardSoFar | undefined>;
}

/** Recordings that somebody waits for, as jobs underneath. Another tenant's are `not_found`. */
export abstract class Recordings {
  /**
   * Stores a recording and starts its job; a retry of a request whose job still runs, or has ended well, joins that.
   *
   * @throws GatewayError as `Files.create` and `Jobs.create` do.
   */
  abstract start(caller: BatchCaller, request: RecordingRequest): Promise<RecordingTicket>;
  abstract show(tenant: string, jobId: string): Promise<JobObject>;
  abstract look(tenant: string, jobId: string): Promise<RecordingState>;
  /**
   * What has been heard so far.
   *
   * @throws GatewayError `invalid_request` for a job that transcribes nothing.
   */
  abstract transcript(
    tenant: string,
    jobId: string,
    options?: { readonly format?: TranscriptionFormat | undefined },
  ): Promise<RenderedText>;
  /**
   * For a listener who is told of a recording as it is heard.
   *
   * @throws GatewayError `invalid_request` for a job that transcribes nothing.
   */
  abstract follow(tenant: string, jobId: string): Promise<RecordingFollower>;
  /** To be called some time after a caller has left: cancels the job unless somebody has come to wait for it since. */
  abstract abandon(tenant: string, ticket: RecordingTicket): Promise<void>;
}
