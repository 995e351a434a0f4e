import type { Fault } from '../../faults/fault-plan.js';
import type { RunningEndpoint } from '../endpoints/endpoint-registry.js';
import type { AsyncInference } from '../endpoints/endpoint-definition.js';

/** An asynchronous inference that was accepted. */
export interface AsyncJob {
  readonly endpoint: RunningEndpoint;
  /** The asynchronous settings of the endpoint when the job came. */
  readonly settings: AsyncInference;
  readonly requestId: string;
  readonly inferenceId: string;
  readonly region: string;
  /** Where the input lies in S3, or the input itself. */
  readonly input: { readonly location: string } | { readonly body: Buffer };
  readonly outputLocation: string;
  /** Absent where the endpoint keeps no failures. */
  readonly failureLocation: string | undefined;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly customAttributes: string | undefined;
  readonly timeToLiveMs: number;
  readonly timeoutMs: number;
  readonly receivedTime: string;
  readonly fault: Fault | undefined;
}
