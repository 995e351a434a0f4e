import { BYTES_PER_SAMPLE, toSeconds, wrapWav } from '#audio';
import type { JobEndpoint } from '#contracts';
import type { Inference, InferenceCall, InferenceReply, Transcript } from '#inference';
import type { ObjectStore } from '#storage';
import type { PieceOrder } from './piece-lines.js';

export interface Hearing {
  readonly inference: { readonly pieces: Pick<Inference['pieces'], 'transcribe'> };
  readonly store: ObjectStore;
}

/** A second of silence, which any healthy engine hears nothing in. */
const PROBE_BYTES = 32_000;
/** Times of words are always asked for: pieces that overlap are joined by them. */
const GRANULARITIES = ['word', 'segment'] as const;

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
  { inference, store }: Hearing,
): Promise<Transcript> {
  const pcm = await readSamples(store, order, call.signal);
  const transcript = await inference.pieces.transcribe(call, {
    audio: { bytes: wrapWav(pcm), filename: 'piece.wav', contentType: 'audio/wav' },
    task: order.endpoint === '/v1/audio/translations' ? 'translate' : 'transcribe',
    format: 'verbose_json',
    granularities: GRANULARITIES,
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
