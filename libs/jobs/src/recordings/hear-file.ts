import type { AudioDecoder, PieceLimits, StitchedTranscript } from '#audio';
import type { JobEndpoint } from '#contracts';
import { renderTranscript, type InferenceCall, type InferenceReply, type Transcript } from '#inference';
import { GatewayError } from '#platform';
import { decodeRecording, type DecodedRecording } from './decode-recording.js';
import { hearSamples, type Hearing } from './hear-piece.js';
import { KeptRecording } from './kept-recording.js';
import type { FileOrder } from './spoken-line.js';
import { stitchRecording } from './stitch-recording.js';

/** What decoding takes at most. */
export interface FileRules {
  /** Absent where this machine has no decoder. */
  readonly decoder: AudioDecoder | undefined;
  /** Longest recording in seconds. */
  readonly maxAudioSeconds: number;
  readonly decodeTimeoutMs: number;
}

export type FileHearing = Hearing & FileRules & { readonly limits: PieceLimits };

/** Whether a call is a line of a batch, which names a whole file. */
export function isFileOrder({ body }: Pick<InferenceCall, 'body'>): boolean {
  return body.kind('file') === 'object';
}

/**
 * Transcribes a whole file inside one call of a line: its pieces one after the other, since the line has one place at the
 * endpoint. The plan and each piece are kept as they are done, so that a call for the same line goes on from there.
 *
 * @param call its body is a `FileOrder`.
 * @returns the transcript in the format that was ordered; formats that are no JSON as `{"text": …}`.
 * @throws GatewayError
 */
export async function hearFile(
  endpoint: JobEndpoint,
  call: InferenceCall,
  hearing: FileHearing,
): Promise<InferenceReply> {
  const order = JSON.parse(call.body.bytes.toString('utf8')) as FileOrder;
  const kept = new KeptRecording(hearing.store, order.keptUnder, call.signal);
  const plan = (await kept.plan()) ?? (await kept.keepPlan(await decode(order, kept, { ...hearing, ...call })));
  const heard = await hearPieces(plan, kept, { ...order, endpoint }, { call, ...hearing });
  await kept.removeSamples(plan);
  return {
    body: render(
      stitchRecording(plan.recording, (piece) => heard.get(piece)),
      order,
    ),
    usage: undefined,
  };
}

async function decode(
  { file }: FileOrder,
  kept: KeptRecording,
  { decoder, ...rules }: FileHearing & Pick<InferenceCall, 'signal'>,
): Promise<DecodedRecording> {
  if (decoder === undefined) {
    throw new GatewayError(
      'bulk_unavailable',
      'This worker has no decoder: install ffmpeg, or the npm package node-av.',
    );
  }
  const input = await rules.store.getStream(file.key, { signal: rules.signal });
  return await decodeRecording(kept.newSamplesKey(), input, { ...rules, decoder });
}

async function hearPieces(
  { input, recording }: DecodedRecording,
  kept: KeptRecording,
  order: FileOrder & { readonly endpoint: JobEndpoint },
  { call, ...hearing }: Hearing & { readonly call: InferenceCall },
): Promise<ReadonlyMap<number, Transcript>> {
  const heard = await kept.heard();
  const { retries: _, body: __, ...context } = call;
  let isFirst = true;
  for (const [piece, [start, end]] of recording.pieces.entries()) {
    if (heard.has(piece)) continue;
    const language = order.language ?? heard.get(0)?.language ?? null;
    // An endpoint that is full says so at the first piece; behind it little is tried again first, which spares a new start.
    const patience = isFirst ? { ...context, retries: 'none' as const } : context;
    isFirst = false;
    const transcript = await hearSamples({ ...order, language, recording: input, start, end }, patience, hearing).catch(
      (error: unknown) => {
        throw GatewayError.is(error, 'not_found') ? samplesAreGone(error) : error;
      },
    );
    heard.set(piece, await kept.keepPiece(piece, transcript));
  }
  return heard;
}

/** Not for this call's own fault: another attempt at the line has heard the rest meanwhile, which the next call finds. */
function samplesAreGone(cause: unknown): GatewayError {
  return new GatewayError('storage_unavailable', 'The samples of this recording are not kept any more.', { cause });
}

function render(transcript: StitchedTranscript, order: FileOrder): Buffer {
  const { body, contentType } = renderTranscript(transcript, { ...order, task: 'transcribe' });
  return contentType === 'application/json' ? body : Buffer.from(JSON.stringify({ text: body.toString('utf8') }));
}
