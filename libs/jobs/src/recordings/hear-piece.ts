import { BYTES_PER_SAMPLE, toSeconds, wrapWav } from '#audio';
import { TIMESTAMP_GRANULARITIES, type JobEndpoint } from '#contracts';
import type { Inference, InferenceCall, InferenceReply, Transcript } from '#inference';
import type { ObjectStore } from '#storage';
import type { PieceOrder } from './piece-lines.js';

export interface Hearing {
  readonly inference: { readonly pieces: Pick<Inference['pieces'], 'transcribe'> };
  readonly store: ObjectStore;
}

/** A second of silence, which any healthy engine hears nothing in. */
const PROBE_BYTES = 32_000;

/**
 * Reads the samples of one piece and has them heard.
 *
 * @param call its body is a `PieceOrder`, or `{}` for a probe.
 * @returns the transcript as JSON, times from the start of the piece.
 * @throws GatewayError
 */
export async function hearPiece(
  endpoint: JobEndpoint,
  call: InferenceCall,
  { inference, store }: Hearing,
): Promise<InferenceReply> {
  const order = JSON.parse(call.body.bytes.toString('utf8')) as Partial<PieceOrder>;
  const pcm = await readSamples(store, order, call.signal);
  const heard = await hearSamples(pcm, { ...order, endpoint }, call, inference);
  return { body: Buffer.from(JSON.stringify(heard)), usage: undefined };
}

export type SamplesOrder = Partial<Pick<PieceOrder, 'language' | 'prompt' | 'temperature'>> & {
  readonly endpoint: JobEndpoint;
};

/** @returns what the samples were heard as, times from the first of them. */
export async function hearSamples(
  pcm: Buffer,
  order: SamplesOrder,
  call: Omit<InferenceCall, 'body'>,
  inference: Hearing['inference'],
): Promise<Transcript> {
  const transcript = await inference.pieces.transcribe(call, {
    audio: { bytes: wrapWav(pcm), filename: 'piece.wav', contentType: 'audio/wav' },
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
  return { ...transcript, durationSeconds: toSeconds(pcm.length / BYTES_PER_SAMPLE) };
}

async function readSamples(store: ObjectStore, order: Partial<PieceOrder>, signal: AbortSignal): Promise<Buffer> {
  const { recording, start = 0, end = 0 } = order;
  if (recording === undefined) return Buffer.alloc(PROBE_BYTES);
  const range = { first: start * BYTES_PER_SAMPLE, last: end * BYTES_PER_SAMPLE - 1 };
  return (await store.get(recording.key, { range, ifMatch: recording.etag, signal })).body;
}
