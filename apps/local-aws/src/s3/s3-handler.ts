import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { Credentials } from '../signature/verify-signature.js';

export interface S3HandlerOptions {
  /** A folder of this process alone; it is created if need be. */
  readonly dataDir: string;
  readonly credentials: Credentials;
  readonly faults: FaultPlan;
  /** Whether a write is answered only when it would survive a power cut. Default true. */
  readonly durable?: boolean;
  /** Told of what the client only sees as an internal error. */
  readonly onInternalError?: (error: unknown) => void;
}

export interface S3Handler {
  /** Answers one request, path-style (`/bucket/key`). Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Cuts requests that have not arrived whole, gives the others two seconds to be answered, and returns when none is left. */
  close(): Promise<void>;
  /** Authenticated requests so far, by operation. */
  requestCount(): Record<string, number>;
}
