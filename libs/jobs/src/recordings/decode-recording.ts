import { cutPieces, findSpeech, FrameLevels, type AudioDecoder, type PieceLimits } from '#audio';
import type { RecordingPlan } from '#contracts';
import { freeBytes, GatewayError } from '#platform';
import type { ObjectStore, ObjectStream } from '#storage';
import { openRecording } from './open-recording.js';

export interface DecodeRules {
  readonly store: ObjectStore;
  readonly decoder: AudioDecoder;
  /** Longest recording in seconds. */
  readonly maxAudioSeconds: number;
  readonly decodeTimeoutMs: number;
  readonly limits: PieceLimits;
  /** Aborts once the recording is not needed any more. */
  readonly signal: AbortSignal;
}

export interface DecodedRecording {
  /** Where its samples lie. */
  readonly input: { readonly key: string; readonly etag: string; readonly bytes: number };
  readonly recording: RecordingPlan;
}

/** Sound as it is recorded at most: two channels of 24 bits, 96,000 times a second; pictures and covers come on top. */
const MOST_BYTES_PER_SECOND = 2 * 3 * 96_000;
const MOST_BYTES_BESIDES = 64 * 1_048_576;

/**
 * Decodes a recording into the store and cuts it where nobody speaks.
 *
 * @param key of the samples.
 * @throws GatewayError `invalid_value` for what cannot be decoded or is too long, `storage_unavailable`
 */
export async function decodeRecording(key: string, input: ObjectStream, rules: DecodeRules): Promise<DecodedRecording> {
  const { store, decoder, maxAudioSeconds, decodeTimeoutMs, limits, signal } = rules;
  if (input.size > MOST_BYTES_PER_SECOND * maxAudioSeconds + MOST_BYTES_BESIDES) throw tooLarge(input.size);
  await using recording = await openRecording(input, { store, signal, timeoutMs: decodeTimeoutMs });
  const levels = new FrameLevels();
  const samples = async function* (): AsyncGenerator<Buffer> {
    const request = { source: recording.source, maxSeconds: maxAudioSeconds, timeoutMs: decodeTimeoutMs, signal };
    for await (const piece of decoder.decode(request)) {
      levels.push(piece);
      yield piece;
      // The store has copied it.
      freeBytes(piece);
    }
  };
  const { etag, size: bytes } = await store.putStream(key, samples());
  return { input: { key, etag, bytes }, recording: toRecordingPlan(levels, limits) };
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
