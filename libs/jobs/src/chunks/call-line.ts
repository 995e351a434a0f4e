import type { InferenceCall, InferenceReply } from '#inference';
import { newId, scanJsonObject, type GatewayError } from '#platform';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { PlacedCall } from './call-slots.js';
import { judgeFailure, type FailedCall } from './judge-failure.js';
import { responseRow } from './output-row.js';
import { subjectOf, type RowSubject } from './row-subject.js';
import type { FinishedRow } from './finished-row.js';
import type { ChunkContext, ChunkLine } from './job-context.js';

export type LineOutcome =
  /** Answered, or refused for its own content: the row is final. */
  { readonly kind: 'finished'; readonly row: FinishedRow } | Exclude<FailedCall, { readonly kind: 'refused' }>;

/** Makes one line's call and judges the outcome. Never throws. */
export async function callLine(
  models: BulkModels,
  context: ChunkContext,
  line: ChunkLine,
  { place, signal }: PlacedCall,
): Promise<LineOutcome> {
  const requestId = newId('req_');
  const { record, plan } = context;
  try {
    const body = line.scanned ?? scanJsonObject(line.body);
    const { endpoint } = place;
    const call: InferenceCall = { model: plan.model, body, requestId, signal, endpoint, retries: 'none' };
    const reply = await models.call(record.endpoint, call);
    return { kind: 'finished', row: answerRow(context, line, { requestId, reply }) };
  } catch (thrown) {
    const failed = judgeFailure(thrown, signal);
    if (failed.kind !== 'refused') return failed;
    return { kind: 'finished', row: refusalRow(subjectOf(record, line), failed.error, requestId) };
  }
}

/**
 * The row of a line that was answered, in a call of its own or in one that it shared.
 *
 * @param answer `requestId` is that of the call, so that lines which shared one have it in common.
 */
export function answerRow(
  context: ChunkContext,
  line: ChunkLine,
  { requestId, reply }: { readonly requestId: string; readonly reply: InferenceReply },
): FinishedRow {
  return responseRow(subjectOf(context.record, line), { status: 200, requestId, body: reply.body, usage: reply.usage });
}

/** The row of a line that failed for good with an error of the model server or of ours. */
export function refusalRow(subject: RowSubject, error: GatewayError, requestId: string): FinishedRow {
  const body = Buffer.from(JSON.stringify(error.toOpenAi()));
  return responseRow(subject, { status: error.status, requestId, body, usage: undefined });
}
