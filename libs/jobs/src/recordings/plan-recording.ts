import { cutPieces, FrameLevels, findSpeech, type AudioDecoder, type PieceLimits } from '#audio';
import { objectKeys, type JobPlan, type JobRecord, type RecordingPlan, type TranscriptionOrder } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore, ObjectStream } from '#storage';
import type { BulkModels } from '../models/bulk-models.port.js';
import type { PlannedInput } from '../plan/plan-batch-input.js';
import { chunkPieces } from './chunk-pieces.js';
import { spoolFile, type SpooledFile } from './spool-file.js';

export interface RecordingRules {
  readonly store: ObjectStore;
  readonly models: BulkModels;
  /** Absent where this machine has no decoder. */
  readonly decoder: AudioDecoder | undefined;
  /** Longest recording in seconds. */
  readonly maxAudioSeconds: number;
  readonly decodeTimeoutMs: number;
  /** Aborts once the recording is not needed any more. */
  readonly signal: AbortSignal;
}

/** Sound as it is recorded at most: two channels of 24 bits, 96,000 times a second; pictures and covers come on top. */
const MOST_BYTES_PER_SECOND = 2 * 3 * 96_000;
const MOST_BYTES_BESIDES = 64 * 1_048_576;

export type PlannedRecording =
  | Extract<PlannedInput, { ok: false }>
  | {
      readonly ok: true;
      readonly plan: Pick<JobPlan, 'model' | 'input' | 'total' | 'chunks' | 'textBytes' | 'recording'>;
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
  rules: RecordingRules,
): Promise<PlannedRecording> {
  const refusal = rules.models.refusal(order.model, record.endpoint);
  if (refusal !== undefined) return refuse(refusal.code, refusal.message, 'model');
  try {
    const key = objectKeys.recording(record.tenant, record.id);
    const { levels, stored } = await decodeInto(key, input, rules);
    const limits = rules.models.pieceLimits(order.model);
    const recording = toRecordingPlan(levels, limits);
    const chunks = chunkPieces(recording.pieces);
    const { etag, size: bytes } = stored;
    const total = recording.pieces.length;
    return { ok: true, plan: { model: order.model, input: { key, etag, bytes }, total, chunks, recording } };
  } catch (error) {
    if (!GatewayError.is(error, 'invalid_value')) throw error;
    return refuse(error.reason, error.message, record.inputLocation === undefined ? 'input_file_id' : 'input_s3');
  }
}

async function decodeInto(
  key: string,
  input: ObjectStream,
  { store, decoder, maxAudioSeconds, decodeTimeoutMs, signal: needed }: RecordingRules,
): Promise<{ readonly levels: FrameLevels; readonly stored: { readonly etag: string; readonly size: number } }> {
  if (decoder === undefined) {
    // Put off, and not for long: any worker may take it again, and one beside this may have a decoder.
    throw new GatewayError('conflict', 'This worker has no decoder: install ffmpeg, or the npm package node-av.');
  }
  if (input.size > MOST_BYTES_PER_SECOND * maxAudioSeconds + MOST_BYTES_BESIDES) throw tooLarge(input.size);
  await using file = await fetchFile(input, needed, decodeTimeoutMs);
  const levels = new FrameLevels();
  const samples = async function* (): AsyncGenerator<Buffer> {
    const request = { file: file.path, maxSeconds: maxAudioSeconds, timeoutMs: decodeTimeoutMs, signal: needed };
    for await (const piece of decoder.decode(request)) {
      levels.push(piece);
      yield piece;
    }
  };
  return { levels, stored: await store.putStream(key, samples()) };
}

/** @throws GatewayError `storage_unavailable` where the store takes longer for it than decoding may */
async function fetchFile(input: ObjectStream, needed: AbortSignal, timeoutMs: number): Promise<SpooledFile> {
  const tooLate = AbortSignal.timeout(timeoutMs);
  try {
    return await spoolFile(input.body, AbortSignal.any([needed, tooLate]));
  } catch (error) {
    if (!tooLate.aborted || needed.aborted) throw error;
    throw new GatewayError('storage_unavailable', 'The recording did not come from the store in time.', {
      cause: error,
    });
  }
}

function toRecordingPlan(levels: FrameLevels, limits: PieceLimits): RecordingPlan {
  const { samples } = levels;
  const speech = findSpeech(levels.finish());
  return {
    samples,
    pieces: cutPieces(speech, samples, limits).map(({ start, end, overlap }) => [start, end, overlap]),
    speech: speech.map(({ start, end }) => [start, end]),
  };
}

function tooLarge(bytes: number): GatewayError {
  const message = `Invalid 'file': ${bytes} bytes are more than any recording that is short enough has.`;
  return new GatewayError('invalid_value', message, { param: 'file' });
}

function refuse(code: string, message: string, param: string): Extract<PlannedInput, { ok: false }> {
  return { ok: false, errors: [{ code, message, param, line: null }] };
}
