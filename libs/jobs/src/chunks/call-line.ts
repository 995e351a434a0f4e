import { newId, GatewayError, scanJsonObject } from '#platform';
import type { ErrorReason } from '#contracts';
import type { BulkModels } from '../models/bulk-models.port.js';
import { responseRow } from './output-row.js';
import { subjectOf, type RowSubject } from './row-subject.js';
import type { FinishedRow } from './finished-row.js';
import type { ChunkContext, ChunkLine } from './job-context.js';

export type LineOutcome =
  /** Answered, or refused for its own content: the row is final. */
  | { readonly kind: 'finished'; readonly row: FinishedRow }
  /** The endpoint is full, asleep, missing or not ours to use: says nothing about the line. */
  | { readonly kind: 'endpoint'; readonly error: GatewayError }
  /** Failed in a way that may follow the line's content. */
  | { readonly kind: 'suspect'; readonly error: GatewayError }
  | { readonly kind: 'aborted' };

const SUSPECT_REASONS: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  'upstream_error',
  'upstream_garbage',
  'upstream_timeout',
  'internal_error',
]);
/** Not retryable for a caller, yet no fault of the line: the catalog no longer knows the model. */
const ENDPOINT_REASONS: ReadonlySet<ErrorReason> = new Set<ErrorReason>(['model_not_found']);

/** Makes one line's call and judges the outcome. Never throws. */
export async function callLine(
  models: BulkModels,
  context: ChunkContext,
  line: ChunkLine,
  signal: AbortSignal,
): Promise<LineOutcome> {
  const requestId = newId('req_');
  const { record, plan } = context;
  const subject = subjectOf(record, line);
  try {
    const body = scanJsonObject(line.body);
    const reply = await models.call(record.endpoint, { model: plan.model, body, requestId, signal, retries: 'none' });
    return {
      kind: 'finished',
      row: responseRow(subject, { status: 200, requestId, body: reply.body, usage: reply.usage }),
    };
  } catch (thrown) {
    if (signal.aborted) return { kind: 'aborted' };
    const error = toGatewayError(thrown);
    const kind = judgeFailure(error);
    return kind === 'finished' ? { kind, row: refusalRow(subject, error, requestId) } : { kind, error };
  }
}

/** What a failed call says of its line: that it is done with, that it may be to blame, or nothing. */
export function judgeFailure(error: GatewayError): 'finished' | 'suspect' | 'endpoint' {
  if (SUSPECT_REASONS.has(error.reason)) return 'suspect';
  return error.retryable || ENDPOINT_REASONS.has(error.reason) ? 'endpoint' : 'finished';
}

/** The row of a line that failed for good with an error of the model server or of ours. */
export function refusalRow(subject: RowSubject, error: GatewayError, requestId: string): FinishedRow {
  const body = Buffer.from(JSON.stringify(error.toOpenAi()));
  return responseRow(subject, { status: error.status, requestId, body, usage: undefined });
}

export function toGatewayError(thrown: unknown): GatewayError {
  if (GatewayError.is(thrown)) return thrown;
  return new GatewayError('internal_error', 'This request could not be processed.', { cause: thrown });
}
