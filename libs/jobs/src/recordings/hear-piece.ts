import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, toSeconds, WAV_HEADER_BYTES, writeWavHeader } from '#audio';
import { TIMESTAMP_GRANULARITIES, type JobEndpoint } from '#contracts';
import type { Inference, InferenceCall, InferenceReply, Transcript } from '#inference';
import type { BufferPool } from '#platform';
import type { ObjectStore } from '#storage';
import type { PieceOrder } from './piece-lines.js';

export interface Hearing {
  readonly inference: { readonly pieces: Pick<Inference['pieces'], 'transcribe'> };
  readonly store: ObjectStore;
  /** For the samples of pieces. */
  readonly memory: BufferPool;
}

/** A second of silence, which any healthy engine hears nothing in. */
const PROBE_SAMPLES = SAMPLE_RATE_HZ;

/**
 * Reads the samples of one piece and has them heard.
 *
 * @param call its body is a `PieceOrder`, or `{}` for a probe.
 * @returns the transcript as JSON, times from the start of the piece.
 * @throws GatewayError
 */
export async function hearPiece(endpoint: JobEndpoint, call: InferenceCall, hearing: Hearing): Promise<InferenceReply> {
  const order = JSON.parse(call.body.bytes.toString('utf8')) as Partial<PieceOrder>;
  const heard = await hearSamples({ ...order, endpoint }, call, hearing);
  return { body: Buffer.from(JSON.stringify(heard)), usage: undefined };
}

/** @returns what the samples of an order were heard as, times from the first of them. */
export async function hearSamples(
  order: Partial<PieceOrder> & { readonly endpoint: JobEndpoint },
  call: Omit<InferenceCall, 'body'>,
  { inference, store, memory }: Hearing,
): Promise<Transcript> {
  const { recording, start = 0, end = PROBE_SAMPLES } = order;
  const wav = memory.take(WAV_HEADER_BYTES + (end - start) * BYTES_PER_SAMPLE);
  writeWavHeader(wav);
  const samples = wav.subarray(WAV_HEADER_BYTES);
  if (recording === undefined) samples.fill(0);
  else {
    const place = { first: start * BYTES_PER_SAMPLE, ifMatch: recording.etag, signal: call.signal };
    await store.readInto(recording.key, samples, place);
  }
  const transcript = await inference.pieces.transcribe(call, {
    audio: { bytes: wav, filename: 'piece.wav', contentType: 'audio/wav' },
    task: order.endpoint === '/v1/audio/translations' ? 'translate' : 'transcribe',
    format: 'verbose_json',
    // Times of words are always asked for: pieces that overlap are joined by them.
    granularities: TIMESTAMP_GRANULARITIES,
    stream: false,
    ...(order.language == null ? {} : { language: order.language }),
    ...(order.prompt == null ? {} : { prompt: order.prompt }),
    ...(order.temperature == null ? {} : { temperature: order.temperature }),
    others: [],
  });
  memory.giveBack(wav);
  return { ...transcript, durationSeconds: toSeconds(end - start) };
}
