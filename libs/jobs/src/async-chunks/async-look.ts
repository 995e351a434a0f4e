import type { DeferredCalls, InferenceCall, Operation } from '#inference';
import { GatewayError, scanJsonObject } from '#platform';
import type { ChunkWorkspace, WorkspaceState } from '../chunks/chunk-workspace.js';
import type { ChunkContext, ChunkLine } from '../chunks/job-context.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import type { AsyncCall, AsyncIntent, CallTry } from './async-chunk.types.js';
import { inferenceIdOf } from './name-calls.js';
import type { CallTrace } from './trace-calls.js';

/** One look at a chunk: what is known of it, and where its rows go. */
export interface AsyncLook {
  readonly context: ChunkContext;
  readonly deferred: DeferredCalls;
  readonly operation: Operation;
  readonly intent: AsyncIntent;
  readonly traces: readonly CallTrace[];
  readonly lines: ReadonlyMap<number, ChunkLine>;
  readonly ledger: RowLedger;
  readonly workspace: ChunkWorkspace;
  readonly state: WorkspaceState;
  readonly stop: AbortSignal;
  readonly nowMs: number;
}

export function isDone({ intent, ledger }: AsyncLook, call: number): boolean {
  return intent.calls[call]?.requests.every((request) => ledger.rows.has(request)) ?? true;
}

/** The line that a call asks about. */
export function lineOf({ intent, lines }: AsyncLook, call: number): ChunkLine {
  const requests: AsyncCall['requests'] = intent.calls[call]?.requests ?? [];
  const line = lines.get(requests[0] ?? -1);
  if (line !== undefined && requests.length === 1) return line;
  throw new GatewayError('internal_error', 'A call names lines that its chunk does not have.', {
    details: { call, requests },
  });
}

/** A try as a use case sees it. Its id follows from the try, so that a row made twice is the same row. */
export function callOf(look: AsyncLook, one: CallTry): InferenceCall {
  const { record, plan, chunk } = look.context;
  const line = lineOf(look, one.call);
  return {
    model: plan.model,
    body: line.scanned ?? scanJsonObject(line.body),
    requestId: inferenceIdOf({ tenant: record.tenant, jobId: record.id, chunk }, one),
    signal: look.stop,
    retries: 'none',
  };
}
