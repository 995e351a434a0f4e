import type { AudioDecoder } from '#audio';
import { objectKeys, type JobPlan, type JobRecord, type TranscriptionOrder } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStream } from '#storage';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { PlannedInput } from '../plan/plan-batch-input.js';
import type { FoundRepeats } from '../repeats/repeats-search.js';
import { chunkPieces } from './chunk-pieces.js';
import { decodeRecording, type DecodeRules } from './decode-recording.js';

export interface RecordingRules extends Omit<DecodeRules, 'decoder' | 'limits'> {
  readonly models: BulkModels;
  /** Absent where this machine has no decoder. */
  readonly decoder: AudioDecoder | undefined;
}

export type PlannedRecording =
  | Extract<PlannedInput, { ok: false }>
  | {
      readonly ok: true;
      readonly plan: Pick<JobPlan, 'model' | 'input' | 'total' | 'chunks' | 'textBytes' | 'recording'>;
      readonly repeats?: FoundRepeats;
    };

/**
 * Decodes a recording once, in the store, and cuts it where nobody speaks. What cannot be decoded is refused with what is
 * wrong with it; a decoder that is missing or a store that is away is no fault of the recording.
 *
 * @throws GatewayError `storage_unavailable`, `conflict` where recordings cannot be decoded here.
 */
export async function planRecording(
  record: JobRecord,
  order: TranscriptionOrder,
  input: ObjectStream,
  { models, decoder, ...rules }: RecordingRules,
): Promise<PlannedRecording> {
  const refusal = models.refusal(order.model, record.endpoint);
  if (refusal !== undefined) return refuse(refusal.code, refusal.message, 'model');
  if (decoder === undefined) {
    // Put off, and not for long: any worker may take it again, and one beside this may have a decoder.
    throw new GatewayError('conflict', 'This worker has no decoder: install ffmpeg, or the npm package node-av.');
  }
  try {
    const key = objectKeys.recording(record.tenant, record.id);
    const limits = models.pieceLimits(order.model);
    const decoded = await decodeRecording(key, input, { ...rules, decoder, limits });
    const { pieces } = decoded.recording;
    return { ok: true, plan: { model: order.model, ...decoded, total: pieces.length, chunks: chunkPieces(pieces) } };
  } catch (error) {
    if (!GatewayError.is(error, 'invalid_value')) throw error;
    return refuse(error.reason, error.message, paramOf(record));
  }
}

function paramOf({ inputLocation, inputUrl }: JobRecord): string {
  if (inputUrl !== undefined) return 'input_url';
  return inputLocation === undefined ? 'input_file_id' : 'input_s3';
}

function refuse(code: string, message: string, param: string): Extract<PlannedInput, { ok: false }> {
  return { ok: false, errors: [{ code, message, param, line: null }] };
}
