import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Fault, FaultPlan } from '../../faults/fault-plan.js';
import type { WitnessLog } from '../../witness/witness-log.js';
import type { AsyncInferences } from '../async/async-inferences.js';
import type { RunningEndpoint } from '../endpoints/endpoint-registry.js';

/** The operations of the service model, which the SDK has. */
export type OperationName = 'InvokeEndpoint' | 'InvokeEndpointWithResponseStream' | 'InvokeEndpointAsync';

/** A request that was authenticated and whose endpoint exists. */
export interface Invocation {
  readonly operation: OperationName | 'OpenAiRoute';
  readonly endpoint: RunningEndpoint;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
  readonly region: string;
  /** A fault of the container or of the connection; those of the service have been thrown before. */
  readonly fault: Fault | undefined;
  readonly response: ServerResponse;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

export interface OperationServices {
  readonly witness: WitnessLog;
  readonly faults: FaultPlan;
  readonly asyncInferences: AsyncInferences;
  /** Begins the random cuts of streams. */
  readonly seed: number;
}

export type Operation = (invocation: Invocation, services: OperationServices) => Promise<void>;

export function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
