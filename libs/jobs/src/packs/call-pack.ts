import type { InferenceCall } from '#inference';
import { newId } from '#platform';
import { answerRow } from '../chunks/call-line.js';
import type { FinishedRow } from '../chunks/finished-row.js';
import type { PlacedCall } from '../chunks/call-slots.js';
import type { ChunkContext } from '../chunks/job-context.js';
import { judgeFailure, type FailedCall } from '../chunks/judge-failure.js';
import type { BulkModels } from '../models/bulk-models.port.js';
import { composePack } from './compose-pack.js';
import type { Pack } from './pack.types.js';
import { unpackReply } from './unpack-reply.js';

export type PackOutcome =
  | {
      readonly kind: 'answered';
      /** One for each line. */
      readonly rows: readonly FinishedRow[];
      /** Numbers of an embedding. */
      readonly dimensions: number;
    }
  | FailedCall;

/** Makes the call that the lines of a pack share. An answer that leaves open whose embedding is whose is a failure. Never throws. */
export async function callPack(
  models: BulkModels,
  context: ChunkContext,
  pack: Pack,
  { place, signal }: PlacedCall,
): Promise<PackOutcome> {
  const requestId = newId('req_');
  const { record, plan } = context;
  try {
    const body = composePack(pack);
    const { endpoint } = place;
    const call: InferenceCall = { model: plan.model, body, requestId, signal, endpoint, retries: 'none' };
    const reply = await models.call(record.endpoint, call);
    const { replies, dimensions } = unpackReply(pack, reply, plan.model);
    const rows = replies.flatMap((own, index) => {
      const line = pack.lines[index]?.line;
      return line === undefined ? [] : [answerRow(context, line, { requestId, reply: own })];
    });
    return { kind: 'answered', rows, dimensions };
  } catch (thrown) {
    return judgeFailure(thrown, signal);
  }
}
