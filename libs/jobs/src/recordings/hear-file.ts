import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  BYTES_PER_SAMPLE,
  cutPieces,
  findSpeech,
  FrameLevels,
  stitchPieces,
  type AudioDecoder,
  type Piece,
  type PieceLimits,
  type StitchedTranscript,
} from '#audio';
import type { JobEndpoint } from '#contracts';
import { renderTranscript, type InferenceCall, type InferenceReply, type Transcript } from '#inference';
import { GatewayError } from '#platform';
import { hearSamples, type Hearing } from './hear-piece.js';
import { spoolFile } from './spool-file.js';
import type { FileOrder } from './spoken-line.js';

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
 * Transcribes a whole file inside one call of a line: decoded to this machine's disk, its pieces heard one after the other,
 * since the line has one place at the endpoint. Holds a piece at a time.
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
  const { body } = await hearing.store.getStream(order.file.key, { signal: call.signal });
  await using file = await spoolFile(body, call.signal);
  const pcm = `${file.path}.pcm`;
  const levels = await decodeTo(pcm, file.path, hearing, call.signal);
  const speech = findSpeech(levels.finish());
  const pieces = cutPieces(speech, levels.samples, hearing.limits);
  const transcripts = await hearPieces(pcm, pieces, { ...order, endpoint }, { call, ...hearing });
  const stitched = stitchPieces({ pieces, transcripts, speech, samples: levels.samples });
  return { body: render(stitched, order), usage: undefined };
}

async function decodeTo(
  target: string,
  file: string,
  { decoder, maxAudioSeconds: maxSeconds, decodeTimeoutMs: timeoutMs }: FileRules,
  signal: AbortSignal,
): Promise<FrameLevels> {
  if (decoder === undefined) {
    throw new GatewayError(
      'bulk_unavailable',
      'This worker has no decoder: install ffmpeg, or the npm package node-av.',
    );
  }
  const levels = new FrameLevels();
  const samples = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of decoder.decode({ file, maxSeconds, timeoutMs, signal })) {
      levels.push(piece);
      yield piece;
    }
  };
  await pipeline(samples, createWriteStream(target, { mode: 0o600 }), { signal });
  return levels;
}

async function hearPieces(
  pcm: string,
  pieces: readonly Piece[],
  order: FileOrder & { readonly endpoint: JobEndpoint },
  { call, inference }: Pick<Hearing, 'inference'> & { readonly call: InferenceCall },
): Promise<Transcript[]> {
  const transcripts: Transcript[] = [];
  await using samples = await open(pcm);
  const { retries: _, body: __, ...context } = call;
  for (const { start, end } of pieces) {
    const bytes = Buffer.alloc((end - start) * BYTES_PER_SAMPLE);
    await samples.read(bytes, 0, bytes.length, start * BYTES_PER_SAMPLE);
    const language = order.language ?? transcripts[0]?.language ?? null;
    // An endpoint that is full says so at the first piece, before anything is lost; behind it little is tried again first.
    const patience = transcripts.length === 0 ? { ...context, retries: 'none' as const } : context;
    transcripts.push(await hearSamples(bytes, { ...order, language }, patience, inference));
  }
  return transcripts;
}

function render(transcript: StitchedTranscript, order: FileOrder): Buffer {
  const { body, contentType } = renderTranscript(transcript, { ...order, task: 'transcribe' });
  return contentType === 'application/json' ? body : Buffer.from(JSON.stringify({ text: body.toString('utf8') }));
}
