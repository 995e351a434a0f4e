import type { AsyncOptions, BulkWay } from '../catalog/model-entry.types.js';
import type { InferenceCall, InferenceReply, Operation } from '../inference.types.js';

/** How a model is reached by calls that nobody waits for. */
export interface DeferredWay {
  readonly endpoint: string;
  readonly options: AsyncOptions;
  /** When to take it; absent where the model has no other way. */
  readonly choice?: Pick<BulkWay, 'minLines' | 'startSeconds' | 'callSeconds' | 'concurrency'>;
}

/** One call as it will stand in the queue of an asynchronous endpoint. */
export interface Submission {
  /** As a use case sends it. */
  readonly call: EncodedCall;
  /** 1 to 64 printable characters. */
  readonly inferenceId: string;
  /** Of the result; at most 32 characters with one dot at most. */
  readonly filename: string;
  /** Path below the endpoint's output path. */
  readonly outputExtension: string;
  /** Where the body is stored when it is too long to travel inline. */
  readonly inputKey: string;
  readonly ttlSeconds: number;
  readonly timeoutSeconds: number;
}

export interface EncodedCall {
  readonly body: Buffer;
  readonly contentType: string;
  readonly customAttributes?: string;
}

/** Whether a call stands in the queue now. */
export type SubmitResult =
  | {
      readonly kind: 'accepted';
      /** Location of the result to be. */
      readonly output: string;
      /** Location of the failure, in its place; absent where the endpoint keeps none. */
      readonly failure: string | undefined;
    }
  /** It does not: never sent, or refused by SageMaker itself. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** Nobody knows: the answer was lost. */
  | { readonly kind: 'unclear'; readonly error: unknown };

/** What a failure object says. */
export type DeferredFailure =
  /** The call expired in the queue or its input was gone: it says nothing about its content. */
  | { readonly kind: 'not-run'; readonly text: string }
  /** An error as a direct call would have thrown it. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Calls that are submitted now and whose answers are read later, perhaps by another process. */
export abstract class DeferredCalls {
  /** `undefined` where the model is not known or has no asynchronous endpoint. */
  abstract way(model: string): DeferredWay | undefined;
  /** @throws GatewayError as the use case would for a call that it refuses */
  abstract encode(operation: Operation, call: InferenceCall): Promise<EncodedCall>;
  /** What the use case makes of the container's answer. @throws GatewayError e.g. `upstream_garbage` */
  abstract decode(operation: Operation, call: InferenceCall, answer: Buffer): Promise<InferenceReply>;
  /** Never throws for what SageMaker or the store answer. */
  abstract submit(model: string, submission: Submission, signal: AbortSignal): Promise<SubmitResult>;
  /** Locations of all results under a location. @throws GatewayError `storage_unavailable` */
  abstract list(prefix: string, signal: AbortSignal): Promise<readonly string[]>;
  /** A result or failure; `undefined` while there is none. @throws GatewayError `storage_unavailable` */
  abstract read(location: string, signal: AbortSignal): Promise<Buffer | undefined>;
  abstract readFailure(model: string, text: string): DeferredFailure;
}
